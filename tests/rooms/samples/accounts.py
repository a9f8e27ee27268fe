"""Addresses of accounts and of the composition root."""

from assay.accounts import services
from assay.accounts.models import Membership, Passkey
from tests.rooms.url_samples import World, sample


def chens_membership(world: World) -> dict[str, object]:
    membership = Membership.objects.get(person=world.chen.person, organization=world.asha.organization)
    return {"membership_id": membership.pk}


def ashas_token(world: World) -> dict[str, object]:
    token, _ = services.token_create(by=world.asha, name="sample", scope="read", lifetime=None, now=world.now)
    return {"token_id": token.pk}


def unknown_link(world: World) -> dict[str, object]:
    return {"secret": "a-link-nobody-made"}


sample("health", "public")
sample("sign-in", "public", statuses=(200, 302))
sample("sign-in-link", "public", arguments=unknown_link, statuses=(404,))
sample("sign-out", "own", methods=("post",), statuses=(302,))
sample("organizations", "own")
sample("people", "own")
sample("people-pseudonyms", "own", action="administer")
sample("person-role", "object", action="administer", methods=("post",), arguments=chens_membership)
sample("person-end", "object", action="administer", methods=("post",), arguments=chens_membership)
sample("person-link", "object", action="administer", methods=("post",), arguments=chens_membership)
sample("tokens", "own")
sample("token-revoke", "mine", methods=("post",), arguments=ashas_token)
sample("profile", "own")


def ashas_passkey(world: World) -> dict[str, object]:
    row, _ = Passkey.objects.get_or_create(
        credential="sample",
        defaults={"person": world.asha.person, "name": "sample", "rp_id": "localhost", "public_key": "spki:AAAA",
                  "cose_key": b"", "synced": False, "created_at": world.now},
    )  # fmt: skip
    return {"passkey_id": row.pk}


sample("sign-in-passkey", "public", methods=("post",), statuses=(302,))
sample("passkey-add", "own", methods=("post",), statuses=(302,))
sample("passkey-remove", "mine", methods=("post",), arguments=ashas_passkey)
