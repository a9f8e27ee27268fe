"""A signer of others' making: a program on this machine or a service, spoken to in `assay-signer/1`.

One JSON object a line to a program (`exec:PROGRAM ARGUMENTS`), one a request to a service (`http(s)://…`), the same
objects for both. Specified in docs/formats/signer.md.
"""

from __future__ import annotations

import base64
import binascii
import contextlib
import json
import os
import selectors
import shlex
import subprocess
import threading
import time
import urllib.error
import urllib.request
from typing import Any, Protocol

from assay.core.errors import Unavailable

PROTOCOL = "assay-signer/1"
SECONDS = 10.0
LARGEST_ANSWER = 64 * 1024
HINT = "Nothing was signed; entries wait and are kept. Start the signer, or look into its own log."


class _Carrier(Protocol):
    def exchange(self, request: bytes) -> bytes: ...

    def close(self) -> None: ...


class RemoteHolder:
    """Keys that a program or a service holds. A request is tried twice: signing the same bytes again does no harm."""

    def __init__(self, place: str, secret: str) -> None:
        carrier = place.startswith("exec:")
        self._carrier: _Carrier = _Program(place.removeprefix("exec:")) if carrier else _Service(place, secret)

    def create(self, name: str) -> bytes:
        """Have a key made. Not tried again, for a second one would be another key."""
        return self._bytes(self._ask({"op": "create", "name": name}, tries=1), "public", 32)

    def sign(self, name: str, message: bytes) -> bytes:
        """Have the key with this name sign."""
        request = {"op": "sign", "name": name, "message": base64.b64encode(message).decode()}
        return self._bytes(self._ask(request, tries=2), "signature", 64)

    def close(self) -> None:
        """End the program, if there is one."""
        self._carrier.close()

    def _ask(self, request: dict[str, str], *, tries: int) -> Any:
        line = json.dumps({"protocol": PROTOCOL, **request}, sort_keys=True).encode() + b"\n"
        for left in range(tries - 1, -1, -1):
            try:
                answer = self._carrier.exchange(line)
                break
            except (OSError, TimeoutError) as error:
                if not left:
                    raise Unavailable(f"The signer does not answer: {error}.", hint=HINT) from error
        try:
            value = json.loads(answer)
        except ValueError as error:
            raise Unavailable("The signer answered with something that is not JSON.", hint=HINT) from error
        if not isinstance(value, dict) or "error" in value:
            words = str(value.get("error"))[:200] if isinstance(value, dict) else "no object"
            raise Unavailable(f"The signer refused: {words}", hint=HINT)
        return value

    @staticmethod
    def _bytes(value: Any, key: str, length: int) -> bytes:
        try:
            data = base64.b64decode(value[key], validate=True)
        except (KeyError, TypeError, ValueError, binascii.Error) as error:
            raise Unavailable(f"The signer's answer has no {key}.", hint=HINT) from error
        if len(data) != length:
            raise Unavailable(f"The signer's {key} is {len(data)} bytes long, not {length}.", hint=HINT)
        return data


class _Program:
    """One process that lives as long as this one; started when first needed, and again when it has ended."""

    def __init__(self, command: str) -> None:
        self._command = shlex.split(command)
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._owner = 0

    def exchange(self, request: bytes) -> bytes:
        with self._lock:
            process = self._started()
            try:
                assert process.stdin is not None
                process.stdin.write(request)
                process.stdin.flush()
                return self._line(process)
            except (OSError, TimeoutError):
                self._stop(process)
                raise

    def _started(self) -> subprocess.Popen[bytes]:
        # After a fork the pipe belongs to the parent: two writers on it would mix their lines.
        if self._process is not None and self._owner == os.getpid() and self._process.poll() is not None:
            self._stop(self._process)
        if self._process is None or self._owner != os.getpid():
            self._process = subprocess.Popen(self._command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
            self._owner = os.getpid()
        return self._process

    @staticmethod
    def _line(process: subprocess.Popen[bytes]) -> bytes:
        assert process.stdout is not None
        handle, found, until = process.stdout.fileno(), b"", time.monotonic() + SECONDS
        with selectors.DefaultSelector() as selector:
            selector.register(handle, selectors.EVENT_READ)
            while not found.endswith(b"\n"):
                left = until - time.monotonic()
                if left <= 0 or not selector.select(left):
                    raise TimeoutError(f"no answer within {SECONDS:.0f} seconds")
                piece = os.read(handle, 4096)
                if not piece or len(found) > LARGEST_ANSWER:
                    raise BrokenPipeError("it ended" if not piece else "its answer is too long")
                found += piece
        return found

    def close(self) -> None:
        with self._lock:
            if self._process is not None and self._owner == os.getpid():
                self._stop(self._process)

    def _stop(self, process: subprocess.Popen[bytes]) -> None:
        self._process = None
        process.kill()
        process.wait()
        for pipe in (process.stdin, process.stdout):
            assert pipe is not None
            with contextlib.suppress(OSError):
                pipe.close()


class _Service:
    """A service over HTTP; the secret of ASSAY_SIGNER_SECRET goes along as a bearer token."""

    def __init__(self, address: str, secret: str) -> None:
        self._address = address
        self._headers = {"Content-Type": "application/json"}
        if secret:
            self._headers["Authorization"] = f"Bearer {secret}"

    def exchange(self, request: bytes) -> bytes:
        asked = urllib.request.Request(self._address, data=request, headers=self._headers, method="POST")  # noqa: S310
        try:
            with urllib.request.urlopen(asked, timeout=SECONDS) as answer:  # noqa: S310 — the setting allows http(s) only
                data: bytes = answer.read(LARGEST_ANSWER)
                return data
        except urllib.error.HTTPError as error:
            with error:
                data = error.read(LARGEST_ANSWER)
            if error.code >= 500:
                raise OSError(f"HTTP {error.code}") from error
            return data

    def close(self) -> None:
        """Nothing is kept between requests."""
