"""Whose organization it is: the example's, or somebody's own, into which nothing invented may be put."""

from __future__ import annotations

from assay.accounts.models import Membership, Organization
from assay.registers.demo.story import DOMAIN, ORGANIZATION
from assay.registers.models import Record


def is_example(organization: Organization) -> bool:
    """Whether the organization was made by the demo, and still bears the name of the example."""
    return organization.name == ORGANIZATION


def has_example(organization: Organization) -> bool:
    """Whether the invented people are in it, and their management system with them: under another name, if it was renamed."""
    return Membership.objects.filter(organization=organization, person__email__endswith=f"@{DOMAIN}").exists()


def has_own(organization: Organization) -> bool:
    """Whether somebody has begun a management system of their own in it, or others than its first owner work in it."""
    if is_example(organization) or has_example(organization):
        return False
    members = Membership.objects.filter(organization=organization).count()
    return members > 1 or Record.objects.filter(organization=organization).exists()
