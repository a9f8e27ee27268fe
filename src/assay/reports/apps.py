"""Registration with Django."""

from django.apps import AppConfig


class ReportsConfig(AppConfig):
    """The room of pages and exports; it has no tables."""

    name = "assay.reports"
    label = "reports"
