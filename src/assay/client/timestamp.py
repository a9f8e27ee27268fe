"""Time stamps by an authority (RFC 3161), verified against certificates that the verifier brings. Needs `rfc3161-client`.

A stamp says that some bytes existed at a moment, as far as the authority is trusted. What is stamped here is a signed
checkpoint, so that both the entries below it and its signature are known to be older than that moment.
"""

from __future__ import annotations

from datetime import UTC, datetime

from cryptography.x509 import Certificate, load_pem_x509_certificates
from rfc3161_client import (
    HashAlgorithm,
    TimestampRequestBuilder,
    TimeStampResponse,
    VerificationError,
    VerifierBuilder,
    decode_timestamp_response,
)

from assay.core.errors import IntegrityBroken, InvalidInput, Unavailable

GRANTED = (0, 1)


def stamp_request(data: bytes) -> tuple[bytes, int]:
    """A request for `data` in DER, and its nonce. The answer is to carry the certificates of the authority."""
    builder = TimestampRequestBuilder(hash_algorithm=HashAlgorithm.SHA256).data(data)
    request = builder.nonce(nonce=True).cert_request(cert_request=True).build()
    assert request.nonce is not None
    return request.as_bytes(), request.nonce


def stamp_read(token: bytes) -> tuple[datetime, str, int | None]:
    """(moment, serial number in hex, nonce) that an answer in DER claims; nothing is verified.

    Raises InvalidInput if it is no answer, Unavailable if the authority refused.
    """
    response = _decoded(token)
    info = response.tst_info
    return info.gen_time.astimezone(UTC), f"{info.serial_number:x}", info.nonce


class Authority:
    """The time authorities below some root certificates."""

    def __init__(self, pem: bytes) -> None:
        """Raises InvalidInput unless `pem` holds certificates, at least one of which signed itself."""
        try:
            certificates = load_pem_x509_certificates(pem)
        except ValueError as error:
            raise InvalidInput(
                "The certificates of the time authority cannot be read.", hint="Give them as PEM."
            ) from error
        self._roots = [each for each in certificates if each.issuer == each.subject]
        self._others = [each for each in certificates if each.issuer != each.subject]
        if not self._roots:
            raise InvalidInput("The file holds no root certificate of a time authority.", hint="Add the root to it.")

    def time_of(self, token: bytes, data: bytes, *, nonce: int | None = None) -> datetime:
        """When `data` existed. Raises IntegrityBroken unless the answer is over `data` and by one of these authorities,
        InvalidInput if it is no answer; with `nonce` also unless it answers that request."""
        response = _decoded(token)
        builder = _built(self._roots, self._others)
        verifier = (builder if nonce is None else builder.nonce(nonce)).build()
        try:
            verifier.verify_message(response, data)
        except VerificationError as error:
            raise IntegrityBroken(
                f"The time stamp does not verify: {error}.", hint="Check the certificates."
            ) from error
        return response.tst_info.gen_time.astimezone(UTC)


def _built(roots: list[Certificate], others: list[Certificate]) -> VerifierBuilder:
    builder = VerifierBuilder(roots=list(roots))
    for each in others:
        builder = builder.add_intermediate_certificate(each)
    return builder


def _decoded(token: bytes) -> TimeStampResponse:
    try:
        response = decode_timestamp_response(token)
        status = response.status
    except ValueError as error:
        raise InvalidInput("This is no answer of a time authority (RFC 3161).") from error
    if status not in GRANTED:
        words = ", ".join(response.status_string) or f"status {status}"
        raise Unavailable(f"The time authority refused: {words}.", hint="Ask its operator why.")
    return response
