"""Time stamps by an authority (RFC 3161), verified against certificates that the verifier brings. Needs `rfc3161-client`.

A stamp says that some bytes existed at a moment, as far as the authority is trusted. What is stamped here is a signed
checkpoint, so that both the entries below it and its signature are known to be older than that moment.
"""

from __future__ import annotations

from datetime import UTC, datetime
from hashlib import sha256, sha384, sha512

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
_CERTIFICATES = 0xA0
_HASHES = {"2.16.840.1.101.3.4.2.1": sha256, "2.16.840.1.101.3.4.2.2": sha384, "2.16.840.1.101.3.4.2.3": sha512}


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


def stamp_matches(token: bytes, data: bytes) -> None:
    """Raises IntegrityBroken unless an answer is over `data`, as InvalidInput if it is none; its signature is not verified."""
    imprint = _decoded(token).tst_info.message_imprint
    algorithm = _HASHES.get(imprint.hash_algorithm.dotted_string)
    if algorithm is None or algorithm(data).digest() != imprint.message:
        raise IntegrityBroken("The time stamp is over something else.", hint="Ask again for this very checkpoint.")


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
        except (VerificationError, ValueError) as error:
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
        response = decode_timestamp_response(_certificates_sorted(token))
        status = response.status
        if status in GRANTED:
            info = response.tst_info
            _ = (info.gen_time, info.serial_number, info.nonce, info.message_imprint.hash_algorithm)
    except ValueError as error:
        raise InvalidInput("This is no answer of a time authority (RFC 3161).") from error
    if status not in GRANTED:
        words = ", ".join(response.status_string) or f"status {status}"
        raise Unavailable(f"The time authority refused: {words}.", hint="Ask its operator why.")
    return response


def _certificates_sorted(token: bytes) -> bytes:
    """The same answer with its certificates in the order that DER asks for.

    OpenSSL, and the authorities made with it, leave them as they come; the order is outside of what is signed. Path:
    TimeStampResp, ContentInfo, [0], SignedData, and in it the element [0]. Source: RFC 3161 section 2.4.2, RFC 5652
    section 5.1, X.690 section 11.6. What has another form is left as it is, for the parser to refuse.
    """
    try:
        start, end = _inside(token, 0)
        start, end = _inside(token, _elements(token, start, end)[1][0])
        start, end = _inside(token, _elements(token, start, end)[1][0])
        start, end = _inside(token, start)
        found = [each for each in _elements(token, start, end) if token[each[0]] == _CERTIFICATES]
        if not found:
            return token
        start, end = _inside(token, found[0][0])
        ordered = sorted(token[first:last] for first, last in _elements(token, start, end))
    except IndexError:
        return token
    return token[:start] + b"".join(ordered) + token[end:]


def _inside(data: bytes, at: int) -> tuple[int, int]:
    """Where the content of the element at a place begins and ends. Raises IndexError beyond the data."""
    length, start = data[at + 1], at + 2
    if length & 0x80:
        count = length & 0x7F
        length, start = int.from_bytes(data[start : start + count]), start + count
    if start + length > len(data):
        raise IndexError("an element is longer than what holds it")
    return start, start + length


def _elements(data: bytes, start: int, end: int) -> list[tuple[int, int]]:
    """Beginning and end of each element between two places."""
    found = []
    while start < end:
        last = _inside(data, start)[1]
        found.append((start, last))
        start = last
    return found
