"""The Django application of the room."""

from django.apps import AppConfig


class JobsConfig(AppConfig):
    name = "assay.jobs"
    label = "jobs"
    verbose_name = "Jobs"
    default_auto_field = "django.db.models.BigAutoField"
