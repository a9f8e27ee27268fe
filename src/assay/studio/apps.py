"""The Django application of this room, and the records of it that the ledger attests."""

from importlib import import_module

from django.apps import AppConfig, apps

from assay.assurance.detectors import detector_register
from assay.ledger.tracking import track
from assay.studio.detectors import WHOLE
from assay.studio.pathways import PATHWAYS, assert_complete

ACTS = (
    ("SweepReport", "sweep report"),
    ("Remediation", "remediation"),
    ("SignOffRequest", "sign-off request"),
    ("SignerKey", "signer key"),
    ("SignOff", "sign-off"),
    ("ReviewComment", "review comment"),
    ("EnforcementSetting", "enforcement setting"),
    ("PublishDecision", "publish decision"),
    ("ItemMeasurement", "measurement of questions"),
    ("BadgeGiven", "badge"),
    ("FindingAdvice", "model's vote"),
)


class StudioConfig(AppConfig):
    """Registers the models under the label `studio`. The start stops where a pathway is missing or goes unaudited."""

    name = "assay.studio"
    label = "studio"
    verbose_name = "Studio"
    default_auto_field = "django.db.models.BigAutoField"

    def import_models(self) -> None:
        """The models of `models`, and those in `records`, which builds on them."""
        super().import_models()
        import_module("assay.studio.records")

    def ready(self) -> None:
        """Test the registry, and attest every column but the reference to the entry that attests the row."""
        assert_complete(PATHWAYS)
        detector_register(WHOLE)
        track(apps.get_model("studio", "Programme"), label="programme")
        track(apps.get_model("studio", "Artefact"), exclude=("event_id",), label="artefact")
        track(apps.get_model("studio", "ArtefactVersion"), exclude=("event_id",), label="artefact version")
        track(apps.get_model("studio", "SignedVersion"), label="signed version")
        for name, label in ACTS:
            track(apps.get_model("studio", name), exclude=("event_id",), label=label)
