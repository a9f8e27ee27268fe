"""What pages of this and other rooms read of organizations and people."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from assay.accounts.access import Actor, secret_digest
from assay.accounts.models import ApiToken, Membership, Organization, Person, SignInLink
from assay.core.errors import NotFound
from assay.ledger.queries import subjects_last


@dataclass(frozen=True)
class TokenRow:
    """One line of the tokens page; `standing` is `in use`, `expired` or `revoked`."""

    id: UUID
    name: str
    prefix: str
    scope: str
    person: str
    created_at: datetime
    expires_at: datetime | None
    last_used_at: datetime | None
    standing: str


@dataclass(frozen=True)
class PersonRow:
    """One line of the people page. The address is shown to those who administer, else it is empty."""

    membership_id: UUID
    name: str
    email: str
    role: str
    since: datetime
    self: bool


def membership_present(*, person: Person, organization: Organization) -> Membership | None:
    return Membership.objects.filter(person=person, organization=organization, ended_at=None).first()


def organization_list(*, person: Person) -> QuerySet[Organization]:
    """The organizations somebody is a member of now, by name."""
    return Organization.objects.filter(memberships__person=person, memberships__ended_at=None).order_by("name")


def person_rows(*, actor: Actor) -> tuple[PersonRow, ...]:
    """The present members of the actor's organization, by name."""
    actor.require("read")
    rows = (
        Membership.objects.filter(organization=actor.organization, ended_at=None)
        .select_related("person")
        .order_by("person__name", "id")
    )
    shown = actor.may("administer")
    return tuple(
        PersonRow(
            membership_id=row.pk,
            name=row.person.name,
            email=row.person.email if shown or row.person_id == actor.person.pk else "",
            role=row.role,
            since=row.created_at,
            self=row.person_id == actor.person.pk,
        )
        for row in rows
    )


def token_rows(*, actor: Actor, now: datetime) -> tuple[TokenRow, ...]:
    """The actor's own tokens, newest first; for those who administer, all of the organization."""
    tokens = ApiToken.objects.filter(organization=actor.organization).select_related("person")
    if not actor.may("administer"):
        tokens = tokens.filter(person=actor.person)
    return tuple(
        TokenRow(
            id=token.pk,
            name=token.name,
            prefix=token.prefix,
            scope=token.scope,
            person=token.person.name,
            created_at=token.created_at,
            expires_at=token.expires_at,
            last_used_at=token.last_used_at,
            standing=_standing(token, now),
        )
        for token in tokens.order_by("-created_at")
    )


def sign_in_link_open(*, secret: str, now: datetime) -> SignInLink | None:
    """The link of a secret while it can be used, with its person and organization."""
    links = SignInLink.objects.filter(secret_digest=secret_digest(secret), used_at=None, expires_at__gt=now)
    return links.select_related("person", "organization").first()


def pseudonym_names(*, actor: Actor) -> dict[str, str]:
    """Names by pseudonym of everybody who is or was a member, to show ledger entries to people of the organization."""
    rows = Membership.objects.filter(organization=actor.organization).values_list("person__pseudonym", "person__name")
    return dict(rows)


def access_membership(*, actor: Actor, membership_id: UUID) -> Membership:
    """A present membership of the actor's organization. Raises NotFound when absent or when they may not administer."""
    membership = (
        Membership.objects.filter(pk=membership_id, organization=actor.organization, ended_at=None)
        .select_related("person", "organization")
        .first()
    )
    if membership is None or not actor.may("administer"):
        raise NotFound("membership", str(membership_id))
    return membership


def access_token(*, actor: Actor, token_id: UUID) -> ApiToken:
    """A token of the actor, or of the organization they administer. Raises NotFound else."""
    token = ApiToken.objects.filter(pk=token_id, organization=actor.organization).select_related("organization").first()
    if token is None or (token.person_id != actor.person.pk and not actor.may("administer")):
        raise NotFound("token", str(token_id))
    return token


def _standing(token: ApiToken, now: datetime) -> str:
    if token.revoked_at is not None:
        return "revoked"
    return "expired" if token.expires_at is not None and token.expires_at <= now else "in use"


def member_since(organization: Organization) -> dict[UUID, datetime]:
    """Since when each present member is one, by person: from the last beginning that the log has published, for a membership
    that ended and began again. Two statements."""
    begun = subjects_last(log=organization.log_id, kind="membership.added")
    rows = Membership.objects.filter(organization=organization, ended_at=None)
    return {
        person: max(made, begun.get(f"membership:{pk}", made))
        for pk, person, made in rows.values_list("pk", "person_id", "created_at")
    }
