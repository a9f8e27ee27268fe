"""Addresses of the pattern page."""

from tests.rooms.url_samples import sample

sample("ui:patterns", "public")
