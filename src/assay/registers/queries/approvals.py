"""Whether an approval stands: its signature verifies, and it is over the content as it is now."""

from __future__ import annotations

import json
from typing import Any

from assay.accounts.signatures import signature_payload
from assay.core.errors import AssayError
from assay.registers.models import Approval


def approval_stands(approval: Approval, digest: str) -> bool:
    """Whether an approval is over the content with this digest, and signed. Old rows without a signature stand by their digest."""
    if approval.digest != digest:
        return False
    if approval.signature is None:
        return True
    try:
        stated: Any = json.loads(signature_payload(approval.signature))
        signed: str = stated["subject"][0]["digest"]["sha256"]
    except (AssayError, ValueError, KeyError, TypeError, IndexError):
        return False
    return f"sha256:{signed}" == digest
