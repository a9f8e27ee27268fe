"""Addresses of the pages that look across registers: risks, crosswalk, life cycle, graph."""

from django.urls import path

from assay.registers.pages import risks

urlpatterns = [
    path("system/risks/matrix", risks.matrix, name="risk-matrix"),
    path("system/risks/losses", risks.losses, name="risk-losses"),
]
