"""Registers the room with Django."""

from django.apps import AppConfig


class UiConfig(AppConfig):
    """Components and skeleton of all pages; holds no models."""

    name = "assay.ui"
    label = "ui"
