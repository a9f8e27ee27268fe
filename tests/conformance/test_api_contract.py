"""The HTTP API does what its own description says: requests of any form get a described answer and never a fault.

Schemathesis (a fuzzer that others wrote) reads `openapi.json` and calls the real application through WSGI.
"""

from __future__ import annotations

from typing import Any

import pytest

schemathesis = pytest.importorskip("schemathesis", reason="comes with the development packages: ./assay check")

from hypothesis import HealthCheck, given, settings  # noqa: E402 — where the fuzzer is missing, this file ends above
from hypothesis import strategies as st  # noqa: E402
from schemathesis.checks import not_a_server_error  # noqa: E402
from schemathesis.specs.openapi.checks import (  # noqa: E402
    content_type_conformance,
    ignored_auth,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
    unsupported_method,
)

from tests.django_setup import prepare  # noqa: E402

prepare()

from assay.accounts.services import token_create  # noqa: E402 — Django must be configured first
from assay.assurance.models import FindingRow  # noqa: E402
from assay.config.wsgi import application  # noqa: E402
from assay.ledger.services import integrate  # noqa: E402
from assay.reports.api import api  # noqa: E402
from assay.studio.services import artefact_accept, programme_create, programme_sweep  # noqa: E402
from tests.rooms.conftest import asha, chen, dora, organization, other_organization  # noqa: E402, F401 — fixtures
from tests.rooms.samples.reports import BRIEF, plant  # noqa: E402
from tests.rooms.url_samples import World  # noqa: E402

pytestmark = [pytest.mark.slow, pytest.mark.django_db]
CHECKS = (
    not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance,
    response_headers_conformance, unsupported_method, negative_data_rejection, ignored_auth,
)  # fmt: skip
KNOWN: dict[str, Any] = {}


@pytest.fixture
def described(asha, chen, dora, now):  # noqa: F811 — fixtures
    """The description of the API, over a programme with one artefact and its findings."""
    world = World(asha=asha, chen=chen, dora=dora, now=now)
    plant(world)
    programme = programme_create(actor=asha, title="Course", standard="iso42001", slug="course", now=now)
    artefact = artefact_accept(actor=asha, programme=programme, stamped=BRIEF, now=now).artefact
    programme_sweep(actor=asha, programme=programme, now=now, workers=1)
    integrate(log=asha.log, now=now)
    finding = FindingRow.objects.earliest("key")
    KNOWN.update(slug="course", artefact_id=str(artefact.pk), finding_id=str(finding.pk), index=0)
    KNOWN["token"] = token_create(by=asha, name="fuzz", scope="write", lifetime=None, now=now)[1]
    loaded = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", application)
    loaded.config.generation.allow_extra_parameters = False  # names that nothing asks for are ignored, as HTTP does
    return loaded


OPERATIONS = sorted(
    (path.removeprefix("/api/v1"), method)
    for path, entry in api.get_openapi_schema()["paths"].items()
    for method in entry
)
FUZZED = settings(
    max_examples=40, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True, database=None
)


def called(schema: Any, path: str, method: str, *, there: bool) -> None:
    """Call one operation with generated requests; with `there`, about things that exist."""
    modes = list(schemathesis.GenerationMode)

    @FUZZED
    @given(case=st.one_of([schema[f"/api/v1{path}"][method].as_strategy(generation_mode=mode) for mode in modes]))
    def call(case: Any) -> None:
        for name in case.path_parameters or {}:
            if there and name in KNOWN:
                case.path_parameters[name] = KNOWN[name]
        case.call_and_validate(
            headers={"Authorization": f"Bearer {KNOWN['token']}"},
            checks=[check for check in CHECKS if not there or check is not negative_data_rejection],
        )

    call()


@pytest.mark.parametrize(("path", "method"), OPERATIONS)
def test_every_answer_is_one_that_the_description_gives(described: Any, path: str, method: str) -> None:
    called(described, path, method, there=False)


@pytest.mark.parametrize(("path", "method"), [each for each in OPERATIONS if "{" in each[0]])
def test_so_is_every_answer_about_things_that_are_there(described: Any, path: str, method: str) -> None:
    called(described, path, method, there=True)
