"""Addresses of this room."""

from django.urls import path

from assay.ui import pages

app_name = "ui"
urlpatterns = [
    path("ui", pages.patterns, name="patterns"),
]
