"""Use cases of the room. Each is one transaction with its ledger entry inside; entries name people by pseudonym."""

import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta

from django.db import transaction
from django.urls import reverse
from django.utils.text import slugify

from assay.accounts.access import Actor, secret_digest
from assay.accounts.models import ApiToken, Membership, Organization, Person, Role, Scope, SignInLink
from assay.core.errors import Conflict, InvalidInput, NotPermitted
from assay.ledger import services as ledger
from assay.ledger import tracking

LINK_LIFETIME = timedelta(minutes=15)
INVITATION_LIFETIME = timedelta(days=7)
TOKEN_MARK = "assay_"  # noqa: S105 — the public beginning of every token, so that scanners find leaked ones
TOKEN_SHOWN = 12
TOKEN_LIFETIMES = (7, 30, 90, 365)
SYSTEM = "system"
LOCAL_SLUG = "local"
LOCAL_EMAIL = "owner@localhost.invalid"


@transaction.atomic
def organization_create(*, name: str, origin: str, now: datetime, slug: str = "", by: str = SYSTEM) -> Organization:
    """Create an organization and open its ledger, whose checkpoints carry `origin`, a slash and the log's id.

    `origin` is where the installation is reached; a scheme before it is left out.

    Raises InvalidInput for an empty name, Conflict if the slug is taken.
    """
    name, slug = name.strip(), slug or slugify(name)
    if not name or not slug:
        raise InvalidInput("An organization needs a name with letters or digits in it.", field="name")
    if Organization.objects.filter(slug=slug).exists():
        raise Conflict(f"There is already an organization '{slug}'.", hint="Choose another name.", slug=slug)
    organization = Organization(slug=slug, name=name, created_at=now)
    organization.log_id = f"{slug}-{organization.id.hex[:8]}"
    organization.save(force_insert=True)
    ledger.log_open(log=organization.log_id, origin=f"{origin.rpartition('://')[2]}/{organization.log_id}", now=now)
    ledger.append(
        log=organization.log_id,
        kind="organization.created",
        subject=f"organization:{organization.pk}",
        actor=by,
        body={"slug": slug},
        now=now,
        record=tracking.record(organization),
    )
    return organization


@transaction.atomic
def person_add(
    *, organization: Organization, email: str, name: str, role: str, by: Actor | None, now: datetime
) -> Membership:
    """Make somebody a member. `by` is None for the command line on the server itself.

    A person who is known by that address (in whatever case) keeps their name and other memberships; a membership that
    had ended begins again. Raises InvalidInput for an unknown role or empty field, Conflict for a present member,
    NotPermitted unless `by` may administer this organization.
    """
    _require_administrator(by, organization)
    email, name = email.strip(), name.strip()
    if role not in Role.values:
        raise InvalidInput(f"There is no role '{role}'.", hint=f"Roles: {', '.join(Role.values)}.", field="role")
    if "@" not in email or not name:
        raise InvalidInput("A person needs a name and an email address.", field="email")
    person = Person.objects.filter(email__iexact=email).first()
    if person is None:
        person = Person(email=email, name=name, created_at=now)
        person.set_unusable_password()
        person.save(force_insert=True)
    membership = Membership.objects.filter(person=person, organization=organization).first()
    if membership is not None and membership.ended_at is None:
        raise Conflict("This person is already a member.", hint="Change their role instead.", field="email")
    if membership is None:
        membership = Membership(person=person, organization=organization, role=role, created_at=now)
        membership.save(force_insert=True)
        _append(organization, "person.added", person, by, {"person": person.pseudonym}, now)
    else:
        membership.role, membership.ended_at = role, None
        membership.save(update_fields=["role", "ended_at"])
    _append(organization, "membership.added", membership, by, {"person": person.pseudonym, "role": role}, now)
    return membership


@transaction.atomic
def membership_change_role(*, membership: Membership, role: str, by: Actor, now: datetime) -> Membership:
    """Give a member another role. Raises InvalidInput for an unknown role, Conflict for the last owner."""
    _require_administrator(by, membership.organization)
    if role not in Role.values:
        raise InvalidInput(f"There is no role '{role}'.", hint=f"Roles: {', '.join(Role.values)}.", field="role")
    if membership.role == role:
        return membership
    if role != Role.OWNER:
        _keep_an_owner(membership)
    before, membership.role = membership.role, role
    membership.save(update_fields=["role"])
    facts = {"person": membership.person.pseudonym, "role": role, "before": before}
    _append(membership.organization, "membership.changed", membership, by, facts, now)
    return membership


@transaction.atomic
def membership_end(*, membership: Membership, by: Actor, now: datetime) -> Membership:
    """End a membership and revoke its tokens and unused links. Raises Conflict for the last owner."""
    _require_administrator(by, membership.organization)
    if membership.ended_at is not None:
        return membership
    _keep_an_owner(membership)
    membership.ended_at = now
    membership.save(update_fields=["ended_at"])
    held = {"person_id": membership.person_id, "organization_id": membership.organization_id}
    for token in ApiToken.objects.filter(revoked_at=None, **held):
        token_revoke(token=token, by=by, now=now)
    for link in SignInLink.objects.filter(used_at=None, expires_at__gt=now, **held):
        sign_in_link_withdraw(link=link, by=by, now=now)
    facts = {"person": membership.person.pseudonym, "role": membership.role}
    _append(membership.organization, "membership.removed", membership, by, facts, now)
    return membership


@transaction.atomic
def sign_in_link_create(
    *, membership: Membership, by: Actor | None, now: datetime, lifetime: timedelta = LINK_LIFETIME
) -> tuple[SignInLink, str]:
    """Return a link and its secret, which exists nowhere else. Raises NotPermitted unless `by` may administer or is the
    person; `by` None is the command line on the server itself, whose links are not pinned."""
    own = by is not None and by.person.pk == membership.person_id
    if not own:
        _require_administrator(by, membership.organization)
    secret = secrets.token_urlsafe(32)
    link = SignInLink(
        person=membership.person,
        organization=membership.organization,
        pinned=not own and by is not None,
        secret_digest=secret_digest(secret),
        created_at=now,
        expires_at=now + lifetime,
    )
    link.save(force_insert=True)
    facts = {"person": membership.person.pseudonym, "expires_at": link.expires_at.isoformat()}
    _append(membership.organization, "sign-in-link.created", link, by, facts, now)
    return link, secret


@transaction.atomic
def sign_in_link_withdraw(*, link: SignInLink, by: Actor, now: datetime) -> SignInLink:
    """Let a link expire now."""
    _require_administrator(by, link.organization)
    link.expires_at = now
    link.save(update_fields=["expires_at"])
    _append(link.organization, "sign-in-link.withdrawn", link, by, {"person": link.person.pseudonym}, now)
    return link


@transaction.atomic
def token_create(
    *, by: Actor, name: str, scope: str, lifetime: timedelta | None, now: datetime
) -> tuple[ApiToken, str]:
    """Return a token of the actor and its secret, which exists nowhere else. `lifetime` None never expires.

    Raises InvalidInput for an empty name or unknown scope, NotPermitted for a scope the role does not reach or for an
    actor who is a token themselves.
    """
    if by.scope is not None:
        raise NotPermitted("A token cannot make tokens.", action="administer")
    if scope not in Scope.values:
        raise InvalidInput(f"There is no scope '{scope}'.", hint=f"Scopes: {', '.join(Scope.values)}.", field="scope")
    if not name.strip():
        raise InvalidInput("A token needs a name, so that you know later what uses it.", field="name")
    by.require("write" if scope == Scope.WRITE else "read")
    secret = TOKEN_MARK + secrets.token_urlsafe(32)
    token = ApiToken(
        person=by.person,
        organization=by.organization,
        name=name.strip(),
        prefix=secret[:TOKEN_SHOWN],
        secret_digest=secret_digest(secret),
        scope=scope,
        created_at=now,
        expires_at=None if lifetime is None else now + lifetime,
    )
    token.save(force_insert=True)
    expires = None if token.expires_at is None else token.expires_at.isoformat()
    _append(by.organization, "token.created", token, by, {"scope": scope, "expires_at": expires}, now)
    return token, secret


@transaction.atomic
def token_revoke(*, token: ApiToken, by: Actor, now: datetime) -> ApiToken:
    """End a token at once. Its person may, and whoever may administer the organization."""
    if token.person_id != by.person.pk or token.organization_id != by.organization.pk:
        _require_administrator(by, token.organization)
    if token.revoked_at is None:
        token.revoked_at = now
        token.save(update_fields=["revoked_at"])
        _append(token.organization, "token.revoked", token, by, {}, now)
    return token


@transaction.atomic
def profile_update(*, by: Actor, name: str, now: datetime) -> Person:
    """Change the actor's own name. Raises InvalidInput when it is empty."""
    if not name.strip():
        raise InvalidInput("A person needs a name.", field="name")
    if by.person.name != name.strip():
        by.person.name = name.strip()
        by.person.save(update_fields=["name"])
        _append_everywhere(by.person, "name", by, now)
    return by.person


@transaction.atomic
def password_set(*, by: Actor, password: str, pinned: bool, now: datetime) -> Person:
    """Set the actor's own password, checked by the caller against the validators. `pinned`: see `SignInLink`.

    Raises Conflict for a pinned session of a person who is a member elsewhere too.
    """
    elsewhere = by.person.memberships.exclude(organization=by.organization).filter(ended_at=None)
    if pinned and elsewhere.exists():
        raise Conflict(
            "This session began with a link that somebody else made, and you belong to other organizations too.",
            hint="Sign in with your password, or ask whoever runs the server for a link.",
        )
    by.person.set_password(password)
    by.person.save(update_fields=["password"])
    _append_everywhere(by.person, "password", by, now)
    return by.person


@transaction.atomic
def local_owner(*, origin: str, now: datetime, name: str = "Local organization") -> Actor:
    """The actor of the command line on one machine: owner of the organization `local`, both made when missing; `name` is
    that of an organization made now."""
    organization = Organization.objects.filter(slug=LOCAL_SLUG).first()
    if organization is None:
        organization = organization_create(name=name, slug=LOCAL_SLUG, origin=origin, now=now)
    membership = Membership.objects.filter(organization=organization, person__email__iexact=LOCAL_EMAIL).first()
    if membership is None:
        membership = person_add(
            organization=organization, email=LOCAL_EMAIL, name="Owner", role=Role.OWNER.value, by=None, now=now
        )
    return Actor(person=membership.person, organization=organization, role=membership.role)


@transaction.atomic
def pseudonyms_show(*, by: Actor, now: datetime) -> tuple[tuple[str, str, str], ...]:
    """Pseudonym, name and address of everybody who is or was a member, by name; that this was read is noted."""
    by.require("administer")
    rows = Membership.objects.filter(organization=by.organization).order_by("person__name", "person__pseudonym")
    shown = tuple(rows.values_list("person__pseudonym", "person__name", "person__email"))
    ledger.append(
        log=by.log,
        kind="personal-data.shown",
        subject=f"organization:{by.organization.pk}",
        actor=by.pseudonym,
        body={"what": "pseudonyms", "people": len(shown)},
        now=now,
    )
    return shown


def sign_in_address(*, origin: str, secret: str) -> str:
    """The full address of a one-time link; `origin` is scheme and host, as in ASSAY_ORIGIN."""
    return origin + reverse("sign-in-link", args=[secret])


def _require_administrator(by: Actor | None, organization: Organization) -> None:
    if by is None:
        return
    by.require("administer")
    if by.organization.pk != organization.pk:
        raise NotPermitted("The organization is another one.", action="administer")


def _keep_an_owner(membership: Membership) -> None:
    others = Membership.objects.select_for_update().filter(
        organization_id=membership.organization_id, role=Role.OWNER, ended_at=None, person__is_active=True
    )
    if membership.role == Role.OWNER and not any(other.pk != membership.pk for other in others):
        raise Conflict("This is the last owner.", hint="Make somebody else an owner first.", field="role")


def _append(
    organization: Organization,
    kind: str,
    thing: Person | Membership | ApiToken | SignInLink,
    by: Actor | None,
    body: Mapping[str, object],
    now: datetime,
) -> None:
    ledger.append(
        log=organization.log_id,
        kind=kind,
        subject=f"{thing._meta.model_name}:{thing.pk}",
        actor=SYSTEM if by is None else by.pseudonym,
        body=body,
        now=now,
        record=tracking.record(thing),
    )


def _append_everywhere(person: Person, what: str, by: Actor, now: datetime) -> None:
    """A change of a person is told to the ledger of every organization that ever held an entry of them."""
    for membership in person.memberships.select_related("organization"):
        facts = {"person": person.pseudonym, "changed": what}
        _append(membership.organization, "person.changed", person, by, facts, now)
