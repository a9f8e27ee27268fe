"""Lets all test browsers go through one chain of middleware, which is made once per process and keeps nothing between requests.

Django makes a chain for each browser, and the one that serves static files reads their whole folder for it.
"""

from typing import Any

from django.conf import UserSettingsHolder, settings
from django.core.handlers.base import BaseHandler
from django.test.client import ClientHandler

PARTS = ("_view_middleware", "_template_response_middleware", "_exception_middleware", "_middleware_chain")


def share() -> None:
    """Have each new browser take the chain of the first one, unless a test has changed settings."""
    made: dict[str, Any] = {}

    def load(self: ClientHandler, is_async: bool = False) -> None:
        if is_async or isinstance(settings._wrapped, UserSettingsHolder):
            BaseHandler.load_middleware(self, is_async=is_async)
            return
        if not made:
            BaseHandler.load_middleware(self)
            made.update({name: getattr(self, name) for name in PARTS})
        vars(self).update(made)

    ClientHandler.load_middleware = load  # type: ignore[method-assign]
