"""The root URL configuration: which room answers where. Rooms are included without a prefix and own their addresses."""

from django.urls import include, path

from assay.config import errors
from assay.config.health import health

urlpatterns = [
    path("healthz", health, name="health"),
    path("", include("assay.reports.urls")),
    path("", include("assay.registers.urls")),
    path("", include("assay.jobs.urls")),
    path("", include("assay.accounts.urls")),
    path("", include("assay.ui.urls")),
]

handler400 = errors.bad_request
handler403 = errors.forbidden
handler404 = errors.page_not_found
handler500 = errors.server_error
