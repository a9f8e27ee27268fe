"""Run by the interruption test in a process of its own: prepare a data folder, measure until killed, check, finish."""

import os
import sys
from datetime import UTC, datetime

import django
from django.core.management import call_command

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "assay.config.settings")
django.setup()

from django.db.models import Count, Sum  # noqa: E402 — Django must be configured before its parts are imported

from assay.accounts import services as accounts  # noqa: E402
from assay.accounts.access import Actor, actor_of  # noqa: E402
from assay.accounts.models import Person  # noqa: E402
from assay.assurance import measuring, queries, services  # noqa: E402
from assay.assurance.models import FindingRow, MeasurementBatch, MeasurementRow, Surface  # noqa: E402
from tests.rooms import surfaces as cast  # noqa: E402

NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
COUNT = 3000
TEXTS: dict[str, str | None] = {
    f"lesson:{n:04}": (cast.DRIFT if n % 50 == 0 else f"{cast.CLEAN} Part {n}. " * 8) for n in range(COUNT)
}


def actor() -> Actor:
    found = actor_of(Person.objects.get())
    assert found is not None
    return found


def prepare() -> None:
    """A data folder with a surface whose texts nobody has measured."""
    call_command("migrate", verbosity=0)
    organization = accounts.organization_create(name="O", slug="o", origin="killed.test", now=NOW)
    accounts.person_add(organization=organization, email="a@o.example", name="A", role="owner", by=None, now=NOW)
    cast.plant(actor(), NOW)
    cast.put(cast.make_surface(actor(), NOW), TEXTS, actor(), NOW)


def measure() -> None:
    """Measure in partitions of 16, so that many moments are there to be killed at."""
    measuring.PARTITION = 16
    surface = Surface.objects.get()
    services.surface_measure(surface=surface, items=cast.items(TEXTS), by=actor(), now=NOW, workers=1)


def check() -> None:
    """Say "whole" if rows and batches agree: every batch has its results and findings, and nothing else is there."""
    counted = MeasurementBatch.objects.aggregate(cells=Sum("count"), batches=Count("id"))
    measured = MeasurementRow.objects.count()
    found = FindingRow.objects.filter(defect=True).count()
    expected = MeasurementRow.objects.filter(results__contains='"defect"').count()
    whole = measured == (counted["cells"] or 0) and found == expected
    print("whole" if whole else f"torn: {measured} rows, {counted}, {found} findings of {expected}", end=" ")
    print(f"{measured} of {COUNT}")


def finish() -> None:
    """Measure the rest, and see that the stored verdict is what the batches say."""
    measure()
    row = services.verdict_refresh(surface=Surface.objects.get(), now=NOW)
    again = queries.verdict_at(row.surface, row.position, row.at)
    assert again.to_bytes() == bytes(row.body)
    assert row.found == COUNT // 50
    check()


if __name__ == "__main__":
    {"prepare": prepare, "measure": measure, "check": check, "finish": finish}[sys.argv[1]]()
