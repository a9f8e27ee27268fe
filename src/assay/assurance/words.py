"""The service that keeps what the detectors know of the families' words, so that a later state can be compared with it."""

from datetime import datetime

from django.db import transaction

from assay.accounts.models import Organization
from assay.assurance.bodies import pack
from assay.assurance.words_row import WordsRow
from assay.core.canonical import digest as digest_of
from assay.detect.lexicons import base_of, meanings
from assay.detect.registry import DETECTORS
from assay.ledger import tracking
from assay.ledger.services import append

WORDS = "assay/words/1"


def words_keep(*, organization: Organization, actor: str, now: datetime) -> None:
    """Keep the words of the detectors in force unless the organization has them already, which one query tells."""
    if not WordsRow.objects.filter(organization=organization, state=_state()).exists():
        words_record(organization=organization, actor=actor, now=now)


def _state() -> str:
    return digest_of([[name, spec.version] for name, spec in sorted(DETECTORS.items())])


@transaction.atomic
def words_record(*, organization: Organization, actor: str, now: datetime) -> None:
    """Record the words of the detectors in force, with an entry, unless somebody else has meanwhile."""
    state = _state()
    Organization.objects.select_for_update(of=("self",)).get(pk=organization.pk)
    if WordsRow.objects.filter(organization=organization, state=state).exists():
        return
    versions = {name: [spec.version, base_of(name)] for name, spec in DETECTORS.items()}
    families = {family: dict(forms) for family, forms in meanings().items()}
    body, digest = pack({"format": WORDS, "detectors": versions, "families": families})
    row = WordsRow(organization=organization, state=state, versions=versions, digest=digest, body=body, at=now)
    row.event_id = append(
        log=organization.log_id,
        kind="words.recorded",
        subject=f"organization:{organization.pk}",
        actor=actor,
        body={"digest": digest, "detectors": versions},
        record=tracking.record(row),
        now=now,
    )
    row.save(force_insert=True)
