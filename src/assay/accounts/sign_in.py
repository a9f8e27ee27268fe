"""Use cases of signing in and out: one-time links, passwords, the limit on failures, and the entries they leave.

They decide who is signed in; putting that into the browser session is for the page.
"""

from datetime import datetime, timedelta

from django.contrib.auth.hashers import check_password, make_password
from django.db import transaction
from django.db.models import Q
from django.utils.crypto import salted_hmac

from assay.accounts.access import Actor, actor_of, actor_of_token, secret_digest
from assay.accounts.models import ApiToken, Person, SignInAttempt, SignInLink
from assay.accounts.queries import membership_present
from assay.core.errors import InvalidInput, NotFound, Unavailable
from assay.ledger import services as ledger
from assay.ledger import tracking

WINDOW = timedelta(minutes=15)
PER_ADDRESS = 5
PER_ORIGIN = 30
KEPT = timedelta(days=1)
TOUCH_EVERY = timedelta(minutes=5)


@transaction.atomic
def link_use(*, secret: str, now: datetime) -> tuple[Actor, SignInLink]:
    """Use up a one-time link. Raises NotFound when it is unknown, used or expired, or its person no longer a member."""
    digest = secret_digest(secret)
    used = SignInLink.objects.filter(secret_digest=digest, used_at=None, expires_at__gt=now).update(used_at=now)
    link = SignInLink.objects.select_related("person", "organization").filter(secret_digest=digest).first()
    if not used or link is None:
        raise NotFound("sign-in link", digest[:8])
    membership = membership_present(person=link.person, organization=link.organization)
    if membership is None or not link.person.is_active:
        raise NotFound("sign-in link", digest[:8])
    actor = Actor(person=link.person, organization=link.organization, role=membership.role)
    ledger.append(
        log=actor.log,
        kind="sign-in-link.used",
        subject=f"signinlink:{link.pk}",
        actor=actor.pseudonym,
        body={"person": actor.pseudonym},
        now=now,
        record=tracking.record(link),
    )
    session_opened(actor=actor, way="link", now=now)
    return actor, link


def password_use(*, email: str, password: str, client: str, now: datetime) -> Actor:
    """Return the actor whose address and password these are; `client` is the network address of the caller.

    Raises InvalidInput when they do not belong together, Unavailable after PER_ADDRESS failures for the address or
    PER_ORIGIN for the client within WINDOW. A failure stays recorded, and each costs the time of one password hash,
    whether the address is known or not.
    """
    subjects = (_subject("email", email.strip().lower()), _subject("client", client))
    _refuse_too_many(subjects, now=now)
    person = Person.objects.filter(email__iexact=email.strip(), is_active=True).first()
    actor = actor_of(person) if person is not None and _right(person, password) else None
    if person is None or not person.has_usable_password():
        make_password(password)  # takes as long as checking one, so that time does not tell who is known
    if actor is None:
        _failure_keep(subjects, person, now)
        raise InvalidInput("This address and this password do not belong together.", field="password")
    with transaction.atomic():
        SignInAttempt.objects.filter(subject_digest=subjects[0]).delete()
        session_opened(actor=actor, way="password", now=now)
    return actor


def password_confirm(*, actor: Actor, password: str, client: str, now: datetime) -> None:
    """Return if this is the actor's own password: somebody signed in shows who they are before a weighty act.

    Raises InvalidInput for a wrong one, which counts as a failed sign-in, and Unavailable after too many of them.
    """
    subjects = (_subject("email", actor.person.email.strip().lower()), _subject("client", client))
    _refuse_too_many(subjects, now=now)
    if not _right(actor.person, password):
        _failure_keep(subjects, actor.person, now)
        raise InvalidInput("This is not your password.", hint="Type it again.", field="password")


@transaction.atomic
def session_opened(*, actor: Actor, way: str, now: datetime) -> None:
    """Note that the actor signed in; `way` is `link`, `password`, `passkey` or `switch` (from another of their organizations)."""
    ledger.append(
        log=actor.log,
        kind="session.opened",
        subject=f"person:{actor.person.pk}",
        actor=actor.pseudonym,
        body={"way": way, "role": actor.role},
        now=now,
    )


@transaction.atomic
def session_closed(*, actor: Actor, now: datetime) -> None:
    """Note that the actor signed out."""
    ledger.append(
        log=actor.log,
        kind="session.closed",
        subject=f"person:{actor.person.pk}",
        actor=actor.pseudonym,
        body={},
        now=now,
    )


def token_use(*, secret: str, now: datetime) -> Actor | None:
    """The actor of a token, None if it opens nothing; the time of its last use is kept, to TOUCH_EVERY.

    That time is not part of the token's attested state, so keeping it leaves no entry.
    """
    actor = actor_of_token(secret, now=now)
    if actor is not None:
        old = Q(last_used_at=None) | Q(last_used_at__lt=now - TOUCH_EVERY)
        ApiToken.objects.filter(old, secret_digest=secret_digest(secret)).update(last_used_at=now)
    return actor


def _right(person: Person, password: str) -> bool:
    """Checked without Django's silent renewal of old digests, which would change the row without an entry."""
    return person.has_usable_password() and check_password(password, person.password)


@transaction.atomic
def _failure_keep(subjects: tuple[str, str], person: Person | None, now: datetime) -> None:
    SignInAttempt.objects.filter(at__lt=now - KEPT).delete()
    SignInAttempt.objects.bulk_create(SignInAttempt(subject_digest=subject, at=now) for subject in subjects)
    _session_refused(person, now)


def _session_refused(person: Person | None, now: datetime) -> None:
    if person is None:
        return
    for membership in person.memberships.filter(ended_at=None).select_related("organization"):
        ledger.append(
            log=membership.organization.log_id,
            kind="session.refused",
            subject=f"person:{person.pk}",
            actor=person.pseudonym,
            body={"way": "password"},
            now=now,
        )


def _refuse_too_many(subjects: tuple[str, str], *, now: datetime) -> None:
    recent = SignInAttempt.objects.filter(at__gt=now - WINDOW)
    if any(
        recent.filter(subject_digest=subject).count() >= limit
        for subject, limit in zip(subjects, (PER_ADDRESS, PER_ORIGIN), strict=True)
    ):
        raise Unavailable(
            "Too many sign-ins failed in the last 15 minutes.", hint="Wait 15 minutes, or use a one-time link."
        )


def _subject(kind: str, value: str) -> str:
    """A keyed digest, so that the table of failures holds no address."""
    return salted_hmac(f"assay.sign-in.{kind}", value, algorithm="sha256").hexdigest()
