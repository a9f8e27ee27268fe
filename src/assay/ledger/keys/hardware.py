"""Keys in a token behind PKCS#11: a hardware security module, a smart card, or SoftHSM. Needs `assay[pkcs11]`.

The place is a PKCS#11 URI (RFC 7512) with the name of the token and the path of its library; the PIN comes from
ASSAY_SIGNER_SECRET. Keys are Ed25519 (CKM_EDDSA, PKCS#11 3.0), made inside the token, and cannot be taken out.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import threading
from typing import Any
from urllib.parse import parse_qs, unquote

import pkcs11
from pkcs11 import Attribute, KeyType, Mechanism, ObjectClass
from pkcs11.exceptions import PKCS11Error, UserAlreadyLoggedIn
from pkcs11.util.ec import encode_named_curve_parameters

from assay.core.errors import Unavailable, UsageError

ED25519_OID = "1.3.101.112"
_POINT_HEAD = b"\x04\x20"  # an OCTET STRING of 32 bytes, in which tokens wrap the point
FORM = "Write pkcs11:token=NAME?module-path=/path/to/library.so, with % escapes."


class TokenHolder:
    """The keys of one token. One session, used by one thread at a time, opened again once when the token lost it."""

    def __init__(self, place: str, pin: str) -> None:
        head, _, query = place.removeprefix("pkcs11:").partition("?")
        parts = dict(each.partition("=")[::2] for each in head.split(";"))
        module = parse_qs(query).get("module-path", [""])[0]
        self._token, self._module, self._pin = unquote(parts.get("token", "")), module, pin
        if not self._token or not module or set(parts) - {"token"}:
            raise UsageError("The PKCS#11 address names no token or no library.", hint=FORM)
        self._lock = threading.Lock()
        self._session: Any = None
        self._keys: dict[str, Any] = {}
        self._owner = 0

    def create(self, name: str) -> bytes:
        """Make a key in the token; it is private, sensitive and cannot be extracted."""
        return self._tried(lambda session: _generate(session, name), tries=1)

    def sign(self, name: str, message: bytes) -> bytes:
        """Sign inside the token."""
        return self._tried(lambda session: self._key(session, name).sign(message, mechanism=Mechanism.EDDSA), tries=2)

    def close(self) -> None:
        """End the session."""
        with self._lock:
            self._let_go()

    def _let_go(self) -> None:
        session, self._session = self._session, None
        self._keys.clear()
        if session is not None and self._owner == os.getpid():
            with contextlib.suppress(PKCS11Error, RuntimeError):
                session.close()

    def _tried(self, act: Any, *, tries: int) -> bytes:
        with self._lock:
            for left in range(tries - 1, -1, -1):
                try:
                    return bytes(act(self._opened()))
                except (PKCS11Error, RuntimeError) as error:
                    self._let_go()
                    if not left:
                        raise self._unavailable(error) from error
        raise AssertionError("at least one try")

    def _opened(self) -> Any:
        if self._session is not None and self._owner == os.getpid():
            return self._session
        library = pkcs11.lib(self._module)
        if self._owner and self._owner != os.getpid():
            # A library does not survive a fork: the child begins anew (PKCS#11, section on applications and processes).
            library.reinitialize()
        self._keys.clear()
        token = library.get_token(token_label=self._token)
        try:
            self._session = token.open(user_pin=self._pin or None, rw=True)
        except UserAlreadyLoggedIn:
            # A login holds for the whole process, and another session of it is open.
            self._session = token.open(rw=True)
        self._owner = os.getpid()
        return self._session

    def _key(self, session: Any, name: str) -> Any:
        if name not in self._keys:
            self._keys[name] = session.get_key(object_class=ObjectClass.PRIVATE_KEY, label=name)
        return self._keys[name]

    def _unavailable(self, error: Exception) -> Unavailable:
        # The names of these errors say what happened (PinIncorrect, NoSuchKey …); their texts may be empty.
        return Unavailable(
            f"The token {self._token} does not sign: {type(error).__name__}.",
            hint="Nothing was signed; entries wait and are kept. Check the token, its library and its PIN.",
        )


def _generate(session: Any, name: str) -> bytes:
    curve = {Attribute.EC_PARAMS: encode_named_curve_parameters(ED25519_OID)}
    parameters = session.create_domain_parameters(KeyType.EC_EDWARDS, curve, local=True)
    public, _ = parameters.generate_keypair(
        mechanism=Mechanism.EC_EDWARDS_KEY_PAIR_GEN,
        store=True,
        label=name,
        id=secrets.token_bytes(16),
        private_template={Attribute.SENSITIVE: True, Attribute.EXTRACTABLE: False},
    )
    point = bytes(public[Attribute.EC_POINT])
    return point.removeprefix(_POINT_HEAD) if len(point) == 34 else point
