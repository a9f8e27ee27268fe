"""The root URL configuration: which room answers where. Rooms are included without a prefix and own their addresses."""

from pathlib import Path

from django.conf import settings
from django.urls import include, path

from assay.config import errors
from assay.config.health import health

urlpatterns = [
    path("healthz", health, name="health"),
    *(
        path("", include(f"{room}.urls"))
        for room in settings.ROOMS_BUILT
        if (Path(__file__).parents[1] / room.removeprefix("assay.") / "urls.py").exists()
    ),
]

handler400 = errors.bad_request
handler403 = errors.forbidden
handler404 = errors.page_not_found
handler500 = errors.server_error
