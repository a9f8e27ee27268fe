"""A data folder of before opens with this release; one that stopped half-way is refused in words."""

from datetime import UTC, datetime

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from assay.config import prepare
from assay.core.errors import Unavailable

# The steps that data folders recorded before the rooms' first migrations were joined into one each.
STEPS = {
    "accounts": ("0001_initial", "0002_passkeys_signatures", "0003_means_of_signing"),
    "assurance": ("0001_initial", "0002_verdict_weakest_title"),
    "ledger": (
        "0001_initial",
        "0002_refuse_changes",
        "0003_follower",
        "0004_sealed_payloads",
        "0005_timestamp",
    ),
    "registers": (
        "0001_initial",
        "0002_drafts_reading_public_versions",
        "0003_counts_of_a_list",
        "0004_approval_signature",
    ),
    "studio": (
        "0001_initial",
        "0002_remediation_signoff_publishing",
        "0003_seed_of_programmes",
        "0004_person_signatures",
        "0005_questions_and_badges",
    ),
}
pytestmark = pytest.mark.django_db


def recorded_as_before(*, but: tuple[str, str] | None = None) -> None:
    """Have the database say what one of before says: the single steps, without those that were joined."""
    rows = MigrationRecorder(connection).migration_qs
    for room, steps in STEPS.items():
        rows.filter(app=room, name__in=steps).delete()
        rows.filter(app=room, name__startswith="0001_squashed").delete()
    rows.bulk_create(
        rows.model(app=room, name=step, applied=datetime.now(UTC))
        for room, steps in STEPS.items()
        for step in steps
        if (room, step) != but
    )


def test_the_migrations_make_the_tables_of_the_models() -> None:
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


def test_a_database_made_step_by_step_needs_nothing() -> None:
    recorded_as_before()
    assert prepare.pending_migrations() == 0
    prepare.require_ready()


@pytest.mark.parametrize("room", sorted(STEPS))
def test_a_database_that_stopped_half_way_is_refused(room: str) -> None:
    recorded_as_before(but=(room, STEPS[room][-1]))
    with pytest.raises(Unavailable, match="only some of the tables' earliest steps"):
        prepare.pending_migrations()
