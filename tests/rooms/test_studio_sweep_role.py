"""A sweep changes no content, and on PostgreSQL its role could not: tried with the statements of the guide."""

import re
import uuid
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.db import DatabaseError, connection, transaction

from assay.ledger import services as ledger
from assay.studio.models import Artefact, ArtefactVersion, Programme
from assay.studio.portfolio.services import line_sweep, report_record
from assay.studio.services import pieces_import
from tests.rooms.studio_material import DRIFTED, piece, programme_of, verify_detectors

pytestmark = pytest.mark.django_db(transaction=True)
GUIDE = Path(__file__).parents[2] / "docs" / "guides" / "sweep-role.md"


@contextmanager
def as_sweeper():
    """The statements of the guide, then everything as that role."""
    (statements,) = re.findall(r"```sql\n(.*?)```", GUIDE.read_text(encoding="utf-8"), re.DOTALL)
    with connection.cursor() as cursor:
        cursor.execute(statements)
        cursor.execute("SET ROLE assay_sweep")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("RESET ROLE")
            cursor.execute("DROP OWNED BY assay_sweep")
            cursor.execute("DROP ROLE assay_sweep")


@pytest.mark.req("R61", "P-18")
@pytest.mark.skipif("connection.vendor != 'postgresql'", reason="SQLite has no roles")
def test_the_role_of_the_guide_sweeps_and_reports_and_writes_no_content(ben, now):
    verify_detectors(ben, now)
    programme = programme_of(ben, now)
    pieces_import(actor=ben, programme=programme, pieces=[piece("lesson", DRIFTED)], now=now)
    programme = Programme.objects.select_related("surface").get(pk=programme.pk)
    ledger.integrate(now=now)
    with as_sweeper():
        line = line_sweep(actor=ben, programme=programme, now=now)
        assert line.before == line.after
        assert line.by_pathway == {"lesson": 1}
        assert report_record(job=uuid.uuid4(), actor=ben, lines=[line], now=now).affected_count == 1
        for rows, column in (
            (Artefact.objects.all(), {"text": "changed"}),
            (ArtefactVersion.objects.all(), {"text": "changed"}),
            (Programme.objects.all(), {"title": "changed"}),
        ):
            with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
                rows.update(**column)
            with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
                rows._raw_delete(rows.db)
