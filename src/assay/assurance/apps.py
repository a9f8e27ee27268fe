"""The Django application of this room."""

from django.apps import AppConfig, apps

from assay.ledger.tracking import track


class AssuranceConfig(AppConfig):
    """Registers the models under the label `assurance`, and declares to the ledger which of their columns are attested.

    Left out: what is filled in after the entry (event, position), and references to the batch that is logged beside.
    """

    name = "assay.assurance"
    label = "assurance"
    verbose_name = "Assurance"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        logged = ("event_id", "position")
        track(apps.get_model("assurance", "Surface"), label="surface")
        track(apps.get_model("assurance", "CellRow"), label="cell")
        track(apps.get_model("assurance", "FindingRow"), exclude=("batch", "closed_by"), label="finding")
        track(apps.get_model("assurance", "CanaryRow"), exclude=("batch",), label="canary result")
        track(apps.get_model("assurance", "DispositionRow"), exclude=logged, label="disposition")
        track(apps.get_model("assurance", "VerdictRow"), exclude=("event_id",), label="verdict")
        track(apps.get_model("assurance", "WordsRow"), exclude=("event_id",), label="families' words")
        for name in ("DefinitionBatch", "PopulationBatch", "MeasurementBatch", "CanaryBatch"):
            track(
                apps.get_model("assurance", name), exclude=logged, label=name.removesuffix("Batch").lower() + " batch"
            )
