"""Pages of the room: signing in and out, organizations, people, tokens, one's own profile."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeAlias, cast
from urllib.parse import urlencode
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import HASH_SESSION_KEY, login, logout
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from assay.accounts import queries, services, sign_in
from assay.accounts.access import SESSION_ORGANIZATION, SESSION_PINNED, Actor, SignedInRequest
from assay.accounts.forms import PasswordForm, PersonForm, ProfileForm, RoleForm, SignInForm, TokenForm
from assay.accounts.models import Organization, Role, Scope
from assay.accounts.passkeys import passkeys_of, register_ask, sign_in_ask
from assay.accounts.sites import site_of_request
from assay.core.errors import AssayError, Conflict, InvalidInput, NotFound, Unavailable

P = ParamSpec("P")
Page: TypeAlias = Callable[Concatenate[SignedInRequest, P], HttpResponseBase]
View: TypeAlias = Callable[Concatenate[HttpRequest, P], HttpResponseBase]
BACKEND = "django.contrib.auth.backends.ModelBackend"
HOME = "/"

get_or_post = require_http_methods(["GET", "POST"])


def signed_in(action: str = "read") -> Callable[[Page[P]], View[P]]:
    """Let only actors through who may do `action` (read, write, dispose, administer). Always written with parentheses.

    Nobody signed in: to the sign-in page, and back afterwards. Not allowed: NotFound, as if the page did not exist.
    """

    def decorate(page: Page[P]) -> View[P]:
        @wraps(page)
        def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            actor: Actor | None = getattr(request, "actor", None)
            if actor is None:
                back = request.get_full_path() if request.method == "GET" else HOME
                return redirect(f"{reverse('sign-in')}?{urlencode({'next': back})}")
            if not actor.may(action):
                raise NotFound("page", request.path)
            return page(cast(SignedInRequest, request), *args, **kwargs)

        return guarded

    return decorate


@dataclass(frozen=True)
class SecretPage:
    """A secret shown once: `what` it is, for whom, how long it lasts, and where to go on."""

    heading: str
    text: str
    secret: str
    expires_at: datetime | None
    next_url: str
    next_label: str


@sensitive_post_parameters("password")
@never_cache
@get_or_post
def sign_in_page(request: HttpRequest) -> HttpResponse:
    """Sign in with a password; one-time links come from an owner or from the command line."""
    onward = onward_of(request)
    if getattr(request, "actor", None) is not None and request.method == "GET":
        return redirect(onward)
    form = SignInForm(request.POST or None)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                actor = sign_in.password_use(
                    email=form.cleaned_data["email"],
                    password=form.cleaned_data["password"],
                    client=str(request.META.get("REMOTE_ADDR", "")),
                    now=timezone.now(),
                )
            except (InvalidInput, Unavailable) as error:
                form.add_error(None, f"{error} {error.hint}".strip())
                status = 429 if isinstance(error, Unavailable) else 422
            else:
                begin_session(request, actor, pinned=False)
                return redirect(onward)
    site = site_of_request(request)
    ask = sign_in_ask(site=site, now=timezone.now()) if site.rp_id else None
    facts = {"form": form, "next": onward, "site": site, "ask": ask}
    return render(request, "accounts/sign_in.html", facts, status=status)


@never_cache
@get_or_post
@sensitive_variables("secret")
def sign_in_link_page(request: HttpRequest, secret: str) -> HttpResponse:
    """Follow a one-time link. Opening it uses nothing up, for programs open links too; the button does."""
    if request.method == "POST":
        try:
            actor, link = sign_in.link_use(secret=secret, now=timezone.now())
        except NotFound:
            return _link_over(request)
        begin_session(request, actor, pinned=link.pinned)
        return redirect(HOME)
    found = queries.sign_in_link_open(secret=secret, now=timezone.now())
    if found is None:
        return _link_over(request)
    return render(request, "accounts/sign_in_link.html", {"link": found})


@require_POST
@signed_in()
def sign_out(request: SignedInRequest) -> HttpResponse:
    """End the browser session."""
    sign_in.session_closed(actor=request.actor, now=timezone.now())
    logout(request)
    return redirect("sign-in")


@get_or_post
@signed_in()
def organization_list(request: SignedInRequest) -> HttpResponse:
    """The organizations one belongs to; choosing another acts for that one from now on."""
    pinned = bool(request.session.get(SESSION_PINNED))
    organizations = list(queries.organization_list(person=request.actor.person))
    if request.method == "POST":
        chosen = _chosen(organizations, str(request.POST.get("organization", "")))
        if pinned and chosen.pk != request.actor.organization.pk:
            raise Conflict(
                "This session began with a link made inside one organization, and stays in it.",
                hint="Sign in with your password to act for another organization.",
            )
        membership = queries.membership_present(person=request.actor.person, organization=chosen)
        assert membership is not None
        actor = Actor(person=request.actor.person, organization=chosen, role=membership.role)
        sign_in.session_opened(actor=actor, way="switch", now=timezone.now())
        request.session[SESSION_ORGANIZATION] = str(chosen.pk)
        return redirect(HOME)
    facts = {"choices": organizations, "current": request.actor.organization, "pinned": pinned}
    return render(request, "accounts/organizations.html", facts)


@get_or_post
@signed_in()
def person_list(request: SignedInRequest) -> HttpResponse:
    """Who belongs to the organization; owners add people here and hand them a one-time link."""
    form = PersonForm(request.POST or None)
    if request.method == "POST":
        if not request.actor.may("administer"):
            raise NotFound("page", request.path)
        if form.is_valid():
            try:
                membership = services.person_add(
                    organization=request.actor.organization, by=request.actor, now=timezone.now(), **form.cleaned_data
                )
            except AssayError as error:
                _show_error(form, error)
            else:
                return _invite(request, membership_id=membership.pk)
    facts = {"rows": queries.person_rows(actor=request.actor), "form": form, "roles": Role.choices}
    return render(request, "accounts/people.html", facts, status=422 if form.errors else 200)


@require_POST
@signed_in("administer")
def person_role(request: SignedInRequest, membership_id: UUID) -> HttpResponse:
    """Give a member another role."""
    membership = queries.access_membership(actor=request.actor, membership_id=membership_id)
    form = RoleForm(request.POST)
    if not form.is_valid():
        raise InvalidInput("There is no such role.", field="role")
    services.membership_change_role(
        membership=membership, role=form.cleaned_data["role"], by=request.actor, now=timezone.now()
    )
    messages.success(request, f"{membership.person.name} is now {membership.role}.")
    return redirect("people")


@require_POST
@signed_in("administer")
def person_end(request: SignedInRequest, membership_id: UUID) -> HttpResponse:
    """End a membership."""
    membership = queries.access_membership(actor=request.actor, membership_id=membership_id)
    services.membership_end(membership=membership, by=request.actor, now=timezone.now())
    messages.success(request, f"{membership.person.name} is no longer a member.")
    return redirect("people")


@never_cache
@require_POST
@signed_in("administer")
def person_link(request: SignedInRequest, membership_id: UUID) -> HttpResponse:
    """Make a one-time sign-in link for a member and show it once."""
    return _invite(request, membership_id=membership_id)


@never_cache
@get_or_post
@signed_in()
def token_list(request: SignedInRequest) -> HttpResponse:
    """One's tokens, all of the organization for an owner; a new one is shown once, right here."""
    now = timezone.now()
    scopes = Scope.values if request.actor.may("write") else [Scope.READ.value]
    form = TokenForm(request.POST or None, scopes=scopes)
    if request.method == "POST" and form.is_valid():
        days = form.cleaned_data["days"]
        token, secret = services.token_create(
            by=request.actor,
            name=form.cleaned_data["name"],
            scope=form.cleaned_data["scope"],
            lifetime=None if days is None else timedelta(days=days),
            now=now,
        )
        shown = SecretPage(
            heading=f"The token “{token.name}” is made.",
            text="Copy it now: only its digest is kept, so it cannot be shown again.",
            secret=secret,
            expires_at=token.expires_at,
            next_url=reverse("tokens"),
            next_label="I have copied it",
        )
        return render(request, "accounts/secret.html", {"shown": shown})
    rows = queries.token_rows(actor=request.actor, now=now)
    facts = {"rows": rows, "in_use": sum(row.standing == "in use" for row in rows), "form": form}
    return render(request, "accounts/tokens.html", facts, status=422 if form.errors else 200)


@require_POST
@signed_in()
def token_revoke(request: SignedInRequest, token_id: UUID) -> HttpResponse:
    """End a token."""
    token = queries.access_token(actor=request.actor, token_id=token_id)
    services.token_revoke(token=token, by=request.actor, now=timezone.now())
    messages.success(request, f"The token “{token.name}” opens nothing any more.")
    return redirect("tokens")


@sensitive_post_parameters("password", "again")
@get_or_post
@signed_in()
def profile(request: SignedInRequest) -> HttpResponse:
    """One's own name, passkeys and password."""
    actor, site = request.actor, site_of_request(request)
    part = request.POST.get("part", "")
    name_form = ProfileForm(request.POST if part == "name" else None, initial={"name": actor.person.name})
    password_form = PasswordForm(request.POST if part == "password" else None, person=actor.person)
    if part == "name" and name_form.is_valid():
        services.profile_update(by=actor, name=name_form.cleaned_data["name"], now=timezone.now())
        messages.success(request, "Your name is saved.")
        return redirect("profile")
    if part == "password" and password_form.is_valid():
        try:
            services.password_set(
                by=actor,
                password=password_form.cleaned_data["password"],
                pinned=bool(request.session.get(SESSION_PINNED)),
                now=timezone.now(),
            )
        except Conflict as error:
            _show_error(password_form, error)
        else:
            request.session.cycle_key()
            request.session[HASH_SESSION_KEY] = actor.person.get_session_auth_hash()
            messages.success(request, "Your password is set. Other browsers are signed out.")
            return redirect("profile")
    facts: dict[str, Any] = {
        "name_form": name_form,
        "password_form": password_form,
        "has_password": actor.person.has_usable_password(),
        "passkeys": passkeys_of(actor.person),
        "site": site,
        "ask": register_ask(by=actor, site=site, now=timezone.now()) if site.rp_id else None,
    }
    failed = name_form.errors or password_form.errors
    return render(request, "accounts/profile.html", facts, status=422 if failed else 200)


@require_GET
@signed_in("administer")
def people_pseudonyms(request: SignedInRequest) -> HttpResponse:
    """Which pseudonym in the ledger is whom; looking is itself noted there."""
    rows = services.pseudonyms_show(by=request.actor, now=timezone.now())
    return render(request, "accounts/pseudonyms.html", {"rows": rows})


def begin_session(request: HttpRequest, actor: Actor, *, pinned: bool) -> None:
    """Sign the actor in, in this browser. `pinned`: see `SignInLink`."""
    login(request, actor.person, backend=BACKEND)
    request.session[SESSION_ORGANIZATION] = str(actor.organization.pk)
    request.session[SESSION_PINNED] = pinned


def _link_over(request: HttpRequest) -> HttpResponse:
    facts = {
        "heading": "This link cannot be used any more.",
        "text": "Sign-in links work once, for a short time. Ask whoever gave you this one for another.",
        "next_url": reverse("sign-in"),
        "next_label": "Sign in",
    }
    return render(request, "ui/message.html", facts, status=404)


def onward_of(request: HttpRequest) -> str:
    """Where a sign-in leads: a path of this site, the front page where none is given."""
    given = str(request.POST.get("next") or request.GET.get("next") or HOME)
    allowed = url_has_allowed_host_and_scheme(given, allowed_hosts=None, require_https=False)
    return given if allowed and given.startswith("/") else HOME


def _chosen(organizations: list[Organization], given: str) -> Organization:
    for organization in organizations:
        if str(organization.pk) == given:
            return organization
    raise NotFound("organization", given)


def _invite(request: SignedInRequest, *, membership_id: UUID) -> HttpResponse:
    membership = queries.access_membership(actor=request.actor, membership_id=membership_id)
    link, secret = services.sign_in_link_create(
        membership=membership, by=request.actor, now=timezone.now(), lifetime=services.LINK_LIFETIME
    )
    shown = SecretPage(
        heading=f"A sign-in link for {membership.person.name}.",
        text="Hand it over yourself: it signs its bearer in, once. It cannot be shown again.",
        secret=services.sign_in_address(origin=settings.ASSAY.origin, secret=secret),
        expires_at=link.expires_at,
        next_url=reverse("people"),
        next_label="I have copied it",
    )
    return render(request, "accounts/secret.html", {"shown": shown})


def _show_error(form: PersonForm | PasswordForm, error: AssayError) -> None:
    field = error.facts.get("field")
    form.add_error(field if field in form.fields else None, f"{error} {error.hint}".strip())
