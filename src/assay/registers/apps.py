"""The Django application of this room, and the tables of it that the ledger attests."""

from django.apps import AppConfig, apps

from assay.assurance.detectors import detector_register
from assay.ledger.tracking import track
from assay.registers.detectors import DETECTORS

EXCLUDED = {
    "Record": ("search_text",),
    "RecordVersion": ("event_id",),
    "Approval": ("event_id",),
    "ImportRun": ("rows", "header"),
}
MODELS = (
    "Record", "RecordVersion", "RecordLink", "Comment", "Approval", "SavedFilter", "Evidence", "ImportRun",
    "Acknowledgement", "PublicVersion",
)  # fmt: skip


class RegistersConfig(AppConfig):
    """Registers the models under the label `registers`."""

    name = "assay.registers"
    label = "registers"
    verbose_name = "Registers"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Attest every column but caches and references to the attesting entry."""
        for name in DETECTORS:
            detector_register(DETECTORS[name])
        for name in MODELS:
            model = apps.get_model("registers", name)
            track(model, exclude=EXCLUDED.get(name, ()), label=str(model._meta.verbose_name))
