"""Samples of pages on questions, badges and governance versions."""

from __future__ import annotations

from assay.studio.badges.services import badge_issue
from assay.studio.models import PublishDecision
from assay.studio.records import BadgeGiven
from tests.rooms.samples.reports import of_measured_programme, programme
from tests.rooms.url_samples import World, sample


def of_badge(world: World) -> BadgeGiven:
    """A badge of Asha's organization."""
    row = programme(world)
    PublishDecision.objects.get_or_create(
        programme=row,
        number=1,
        defaults={
            "allowed": True, "enforced": True, "digest": "sha256:00", "by": world.asha.pseudonym, "at": world.now,
            "event_id": "e",
        },
    )  # fmt: skip
    badge_issue(
        actor=world.asha, programme=row, name="Mia Berg", email="mia@x.example", score=90, pass_mark=70, salt="s" * 20,
        now=world.now,
    )  # fmt: skip
    return BadgeGiven.objects.latest("at")


sample("programme-questions", "object", arguments=of_measured_programme)
sample("programme-badges", "object", arguments=of_measured_programme)
sample(
    "badge-revoke", "object", action="administer", methods=("post",),
    arguments=lambda world: {"badge_id": of_badge(world).pk}, data={"reason": "given by mistake"},
)  # fmt: skip
sample("badges-revoked", "public", arguments=lambda world: {"issuer": of_badge(world).issuer})
sample("governance", "own")
sample("governance-compare", "own", query={"from": "none", "to": "gv1"})
