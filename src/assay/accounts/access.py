"""Who acts: the actor of a request, what their role allows, and how a request or token becomes one."""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from uuid import UUID

from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.crypto import constant_time_compare

from assay.accounts.models import ApiToken, Membership, Organization, Person, Role, Scope
from assay.core.errors import NotPermitted

ACTIONS = ("read", "write", "dispose", "administer")
ALLOWED: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        Role.OWNER.value: frozenset(ACTIONS),
        Role.CONTRIBUTOR.value: frozenset({"read", "write", "dispose"}),
        Role.AUDITOR.value: frozenset({"read"}),
        Role.VIEWER.value: frozenset({"read"}),
    }
)
SCOPED: Mapping[str, frozenset[str]] = MappingProxyType(
    {Scope.READ.value: frozenset({"read"}), Scope.WRITE.value: frozenset({"read", "write", "dispose"})}
)
SESSION_ORGANIZATION = "organization"
SESSION_PINNED = "pinned"

GetResponse = Callable[[HttpRequest], HttpResponseBase]


@dataclass(frozen=True)
class Actor:
    """A person acting for one organization. `scope` is set when they act through a token, and limits them further."""

    person: Person
    organization: Organization
    role: str
    scope: str | None = None

    @property
    def pseudonym(self) -> str:
        return self.person.pseudonym

    @property
    def log(self) -> str:
        return self.organization.log_id

    def may(self, action: str) -> bool:
        """Whether the role, and the scope of the token if there is one, allow `action` (one of ACTIONS)."""
        if action not in ACTIONS:
            raise ValueError(f"no such action: {action}")
        return action in ALLOWED[self.role] and (self.scope is None or action in SCOPED[self.scope])

    def require(self, action: str) -> None:
        """Return if the actor may. Raises NotPermitted, which a page shows as absent."""
        if not self.may(action):
            raise NotPermitted(f"The role {self.role} does not allow to {action}.", action=action, role=self.role)


class SignedInRequest(HttpRequest):
    """A request after `pages.signed_in`: somebody acts."""

    actor: Actor


def secret_digest(secret: str) -> str:
    """SHA-256 in hex. The secrets hashed here hold at least 192 random bits, so no slow hash is needed."""
    return hashlib.sha256(secret.encode()).hexdigest()


def actor_of(person: Person, *, organization_id: UUID | str | None = None) -> Actor | None:
    """The actor for a person: in the organization named, else in the one they joined first; None without membership."""
    memberships = Membership.objects.filter(person=person, ended_at=None).select_related("organization")
    rows = list(memberships.order_by("created_at", "id"))
    chosen = next((row for row in rows if str(row.organization_id) == str(organization_id)), rows[0] if rows else None)
    if chosen is None or not person.is_active:
        return None
    return Actor(person=person, organization=chosen.organization, role=chosen.role)


def actor_of_token(secret: str, *, now: datetime) -> Actor | None:
    """The actor of a token that is neither unknown, revoked nor expired, and whose person is still a member."""
    token = (
        ApiToken.objects.filter(secret_digest=secret_digest(secret), revoked_at=None)
        .select_related("person", "organization")
        .first()
    )
    if token is None or not token.person.is_active or (token.expires_at is not None and token.expires_at <= now):
        return None
    membership = Membership.objects.filter(
        person_id=token.person_id, organization_id=token.organization_id, ended_at=None
    ).first()
    if membership is None:
        return None
    return Actor(person=token.person, organization=token.organization, role=membership.role, scope=token.scope)


def actor_of_session(request: HttpRequest) -> Actor | None:
    """The actor of a browser session, in one statement beside the session's own; None when nobody is signed in, or when
    the person, their password or their membership has changed since."""
    session = request.session
    person_id, organization_id = session.get(SESSION_KEY), _uuid(session.get(SESSION_ORGANIZATION))
    if person_id is None or organization_id is None:
        return None
    rows = Membership.objects.filter(person_id=person_id, ended_at=None).select_related("person", "organization")
    chosen = rows.filter(organization_id=organization_id).first()
    if chosen is None or not chosen.person.is_active:
        return None
    if not constant_time_compare(session.get(HASH_SESSION_KEY, ""), chosen.person.get_session_auth_hash()):
        return None
    return Actor(person=chosen.person, organization=chosen.organization, role=chosen.role)


def _uuid(value: object) -> UUID | None:
    try:
        return UUID(value) if isinstance(value, str) else None
    except ValueError:
        return None


def actor_middleware(get_response: GetResponse) -> GetResponse:
    """Set `request.actor` from the browser session. Endpoints read tokens themselves, and let a session read only."""

    def handle(request: HttpRequest) -> HttpResponseBase:
        request.actor = actor_of_session(request)  # type: ignore[attr-defined]
        return get_response(request)

    return handle
