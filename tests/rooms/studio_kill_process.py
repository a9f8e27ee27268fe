"""Kills generation, fixes, signing and publishing: `python -m tests.rooms.studio_kill_process ACT KILLS SEED FOLDER`.

One process prepares a data folder and never opens its database itself. For each kill it copies the folder, lets a forked
child do the act there, kills it with SIGKILL at a random moment, and lets further children look at what is left, do the
act again, and look at the end. Prints one JSON line: kills, how many fell after the first effect and before the last.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import sys
import threading
import time
import traceback
from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from importlib import import_module
from pathlib import Path

from assay.config import boot

FOLDER = Path(sys.argv[4])
boot.setup(data=FOLDER / "template", create=True)

from django.conf import settings  # noqa: E402 — Django must be configured before its parts are imported
from django.db import connections  # noqa: E402

from assay.accounts import services as accounts  # noqa: E402
from assay.accounts.access import Actor  # noqa: E402
from assay.accounts.models import Membership  # noqa: E402
from assay.accounts.signatures import Proof  # noqa: E402
from assay.assurance.models import FindingRow  # noqa: E402
from assay.assurance.queries import verdict_at, verdict_latest  # noqa: E402
from assay.config import prepare  # noqa: E402
from assay.core.canonical import text_digest  # noqa: E402
from assay.detect.context import Context  # noqa: E402
from assay.detect.measure import measure  # noqa: E402
from assay.detect.registry import DETECTORS  # noqa: E402
from assay.jobs.worker import run  # noqa: E402
from assay.ledger import services as ledger  # noqa: E402
from assay.ledger.live import verify_live  # noqa: E402
from assay.studio.context import context_build  # noqa: E402
from assay.studio.models import (  # noqa: E402
    Artefact,
    ArtefactVersion,
    Programme,
    PublishDecision,
    Remediation,
    SignedVersion,
    SignOff,
)
from assay.studio.pathways import PATHWAYS  # noqa: E402
from assay.studio.publishing.facts import manifest_of  # noqa: E402
from assay.studio.publishing.services import programme_publish  # noqa: E402
from assay.studio.remediation.services import finding_fix  # noqa: E402
from assay.studio.services import programme_generate  # noqa: E402
from assay.studio.signoff.services import signatures_request, versions_sign  # noqa: E402
from assay.studio.signoff.standing import Standing, programme_standings  # noqa: E402
from tests.core.provider import provider  # noqa: E402
from tests.rooms.studio_material import greentech, programme_of, verify_detectors  # noqa: E402

NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
LATER = NOW + timedelta(minutes=5)
LITERACY = context_build(standard="eu_ai_act", kind="ai-literacy")


def people() -> tuple[Actor, Actor]:
    """Asha, who owns the organization, and Ben, who contributes."""
    asha = accounts.local_owner(origin="assay.test", now=NOW)
    found = Membership.objects.filter(organization=asha.organization, person__email="ben@x.example").first()
    ben = found or accounts.person_add(
        organization=asha.organization, email="ben@x.example", name="Ben", role="contributor", by=None, now=NOW
    )
    return asha, Actor(person=ben.person, organization=asha.organization, role="contributor")


def the_programme() -> Programme:
    return Programme.objects.select_related("organization", "surface").get()


def sign() -> None:
    """Sign whatever awaits it."""
    asha, _ = people()
    waiting = [each for each in programme_standings(the_programme()) if each.state is Standing.AWAITING]
    if waiting:
        shown = {str(each.artefact.pk): each.digest for each in waiting}
        versions_sign(actor=asha, programme=the_programme(), shown=shown, proof=Proof("password"), now=LATER)


def whole() -> None:
    """What holds at every moment: artefacts whole, and the ledger and its rows in agreement."""
    for row in Artefact.objects.all():
        assert row.digest == text_digest(row.text), row.key
    asha, _ = people()
    ledger.integrate(log=asha.log, now=LATER)
    assert verify_live().differences == ()


class Act:
    """One act: what is there before, the act, how far it got (0 to 1), and what must hold after it was repeated."""

    def prepare(self) -> None:
        asha, ben = people()
        verify_detectors(asha, NOW)
        self.begin(asha, ben)

    def begin(self, asha: Actor, ben: Actor) -> None:
        raise NotImplementedError

    def act(self) -> None:
        raise NotImplementedError

    def got(self) -> bool:
        """Whether it had an effect; asserts that it had none or all of it."""
        raise NotImplementedError

    def end(self) -> None:
        assert self.got()


class Signing(Act):
    def begin(self, asha: Actor, ben: Actor) -> None:
        signatures_request(actor=ben, programme=programme_of(ben, NOW), now=NOW)

    act = staticmethod(sign)  # type: ignore[assignment]

    def got(self) -> bool:
        signed = sum(each.state is Standing.SIGNED for each in programme_standings(the_programme()))
        count = sum(pathway.stakes == "credential" for pathway in PATHWAYS)
        assert (SignOff.objects.count(), SignedVersion.objects.count(), signed) in ((0, 0, 0), (1, count, count))
        return bool(signed)


class Publishing(Act):
    def begin(self, asha: Actor, ben: Actor) -> None:
        signatures_request(actor=ben, programme=programme_of(ben, NOW), now=NOW)
        sign()

    def act(self) -> None:
        assert programme_publish(actor=people()[1], programme=the_programme(), now=LATER, workers=1).answer.allowed

    def got(self) -> bool:
        rows = list(PublishDecision.objects.all())
        assert [(row.allowed, row.number, row.digest) for row in rows] in (
            [],
            [(True, 1, manifest_of(the_programme())[1])],
        )
        return bool(rows)


class Fixing(Act):
    def begin(self, asha: Actor, ben: Actor) -> None:
        greentech(ben, NOW)

    def act(self) -> None:
        row = FindingRow.objects.filter(cell_key="greentech", defect=True, bucket="A").order_by("start", "pk")[0]
        finding_fix(finding=row, by=people()[1], now=LATER)

    def got(self) -> bool:
        row = Artefact.objects.get(key="greentech")
        done = (Remediation.objects.count(), ArtefactVersion.objects.count(), row.version, row.is_legacy)
        assert done in ((0, 0, 1, True), (1, 1, 2, False))
        still = FindingRow.objects.filter(cell_key="greentech", defect=True, closed_at=None).exists()
        assert still is row.is_legacy
        run(stop=threading.Event(), until_idle=True)
        cached = verdict_latest(the_programme().surface)
        assert cached is not None
        assert verdict_at(the_programme().surface, cached.position, cached.at).digest == cached.digest
        assert cached.state == ("fail" if still else "pass")
        return row.version == 2


class Generating(Act):
    """A programme written by a model provider that bills each idempotency key once."""

    def __init__(self) -> None:
        self.stack, self.model = ExitStack(), import_module("assay.studio.writers.model")  # an extra brings its parts
        tasks = [(way, task) for way in PATHWAYS for task in way.generator.plan(LITERACY)]  # type: ignore[union-attr]
        self.answers = {
            way.prompt(LITERACY, task).user: way.generator.compose(LITERACY, task).model_dump_json()  # type: ignore[misc,union-attr]
            for way, task in tasks
        }
        self.count = len(tasks)
        self.server = self.stack.enter_context(provider(lambda body: self.answers[body["messages"][1]["content"]]))

    def begin(self, asha: Actor, ben: Actor) -> None:
        """Nothing is there before."""

    def act(self) -> None:
        writer = self.model.model_writer(
            model="test", base_url=self.server.url, journal=Path(settings.ASSAY.data) / "calls", timeout=30.0
        )
        programme_generate(actor=people()[1], context=LITERACY, at=NOW, now=LATER, writer=writer)

    def got(self) -> bool:
        assert Artefact.objects.count() in (0, self.count)
        return bool(Artefact.objects.count())

    def kept(self, place: Path) -> set[str]:
        """The calls in the journal of a folder, by the digest that is their idempotency key."""
        return {f"sha256:{path.stem}" for path in (place / "calls").glob("[!.]*.json")}


ACTS: dict[str, type[Act]] = {
    "signing": Signing, "publishing": Publishing, "fixing": Fixing, "generating": Generating,
}  # fmt: skip


def child(place: Path, work: Callable[[], object]) -> int:
    """Fork a process that works on that folder; its id. Its exit code is 0, 3 for a true answer, 1 for an error."""
    pid = os.fork()
    if pid:
        return pid
    code = 1
    try:
        settings.ASSAY = replace(settings.ASSAY, data=place)
        connections.databases["default"]["NAME"] = str(place / "assay.sqlite3")
        code = 3 if work() is True else 0
        connections.close_all()
    except BaseException:  # noqa: BLE001 — a child reports and ends, whatever it was
        traceback.print_exc()
    finally:
        sys.stderr.flush()
        os._exit(code)


def done(place: Path, work: Callable[[], object]) -> bool:
    """Let a child work to its end; its answer. Raises where it failed."""
    _, status = os.waitpid(child(place, work), 0)
    code = os.waitstatus_to_exitcode(status)
    if code not in (0, 3):
        raise SystemExit(f"{work} failed with {code}")
    return code == 3


def after(act: Act) -> bool:
    whole()
    return act.got()


def again(act: Act) -> None:
    act.act()
    act.end()
    whole()


def campaign(act: Act, kills: int, seed: int) -> dict[str, int]:
    rng = random.Random(seed)
    template = FOLDER / "template"
    done(template, lambda: (prepare.migrate(), act.prepare())[0])
    trial = shutil.copytree(template, FOLDER / "trial")
    started = time.monotonic()
    done(trial, act.act)
    longest = time.monotonic() - started
    caught, effects, number = 0, 0, 0
    while caught < kills:
        place = shutil.copytree(template, FOLDER / f"at-{number}")
        number += 1
        asked = len(act.server.idempotency) if isinstance(act, Generating) else 0
        pid = child(place, act.act)
        time.sleep(rng.uniform(0, longest * 1.05))
        os.kill(pid, signal.SIGKILL)
        _, status = os.waitpid(pid, 0)
        caught += os.waitstatus_to_exitcode(status) == -signal.SIGKILL
        effects += done(place, lambda: after(act))
        paid = act.kept(place) if isinstance(act, Generating) else set()
        before = Counter(act.server.idempotency[asked:]) if isinstance(act, Generating) else Counter()
        done(place, lambda: again(act))
        if isinstance(act, Generating):
            bills = Counter(act.server.idempotency[asked:])
            assert set(bills) == act.kept(place)
            assert len(bills) == act.count
            assert all(bills[key] == before[key] == 1 for key in paid), "a call that was kept was made again"
            assert bills.total() - len(bills) <= 1, "more than the call in flight was made again"
        shutil.rmtree(place)
    return {"kills": caught, "tried": number, "after_effect": effects}


def main() -> None:
    reading = Context(standard="iso42001")
    measure("Name the people affected, and say who decides.", reading, tuple(DETECTORS))  # load once, before any fork
    print(json.dumps(campaign(ACTS[sys.argv[1]](), int(sys.argv[2]), int(sys.argv[3]))))


if __name__ == "__main__":
    main()
