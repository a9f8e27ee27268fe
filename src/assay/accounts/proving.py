"""How a signer shows who they are, on a page or to a program, before something is signed for them."""

from django.http import HttpRequest
from django.utils import timezone

from assay.accounts.access import Actor, SignedInRequest
from assay.accounts.models import Means
from assay.accounts.sign_in import password_confirm
from assay.accounts.signatures import Proof
from assay.accounts.sites import site_of_request
from assay.core.errors import InvalidInput


def shown_who(request: SignedInRequest) -> Proof:
    """By what the signer confirmed: what their passkey answered, their password, or their address where they have none.

    Raises InvalidInput for a wrong one, Unavailable after too many wrong passwords. A passkey's answer is checked when it
    signs.
    """
    sent, person = request.POST, request.actor.person
    if sent.get("credential"):
        return Proof(Means.PASSKEY, sent["credential"], sent.get("token", ""), site_of_request(request))
    if person.has_usable_password():
        client = str(request.META.get("REMOTE_ADDR", ""))
        password_confirm(actor=request.actor, password=sent.get("password", ""), client=client, now=timezone.now())
        return Proof(Means.PASSWORD)
    if sent.get("address", "").strip().lower() != person.email.lower():
        raise InvalidInput("This is not your address.", hint="Type the one that you sign in with.", field="address")
    return Proof(Means.ADDRESS)


def shown_to_program(
    request: HttpRequest, actor: Actor, *, password: str = "", credential: str = "", token: str = ""
) -> Proof:
    """By what the holder of an API token confirmed that it is they who sign: their password, or their passkey's answer.

    A token alone is not enough, and neither is an address, which a program knows. Raises InvalidInput for neither or a
    wrong password, Unavailable after too many.
    """
    if credential:
        return Proof(Means.PASSKEY, credential, token, site_of_request(request), program=True)
    if not password or not actor.person.has_usable_password():
        raise InvalidInput(
            "It was not confirmed who signs: a token is not enough.",
            hint="Send your password, or what your passkey answers; who has neither signs on the page.",
            field="proof",
        )
    client = str(request.META.get("REMOTE_ADDR", ""))
    password_confirm(actor=actor, password=password, client=client, now=timezone.now())
    return Proof(Means.PASSWORD, program=True)
