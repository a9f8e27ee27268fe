"""Approving a record as a person does: see what would be signed, show who you are, sign."""

import re
from html import unescape
from typing import Any

from django.test import Client
from django.urls import reverse

from assay.accounts.access import Actor
from assay.registers.models import Record


def hidden(page: str) -> dict[str, str]:
    """The hidden values that the page of an approval sends, but for the token that guards forms."""
    found = re.findall(r'<input type="hidden" name="([a-z]+)" value="([^"]*)"', page)
    return {name: unescape(value) for name, value in found if name != "csrfmiddlewaretoken"}


def approve(client: Client, who: Actor, record: Record, *, to: str = "approved", words: str = "", **more: str) -> Any:
    """The answer to the second step; `more` changes what it sends."""
    address = reverse("record-move", args=[record.pk])
    page = client.post(address, {"to": to, "words": words})
    assert page.status_code == 200, page
    sent = {**hidden(page.content.decode()), "address": who.person.email}
    for name in ("token", "credential"):
        sent.pop(name, None)
    return client.post(address, {**sent, **more})
