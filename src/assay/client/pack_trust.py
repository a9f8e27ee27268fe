"""What others saw of the checkpoints in a pack, and what a lost key in it is still worth."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from assay.client.dsse import envelope_open
from assay.client.pack_payloads import Files
from assay.client.report import Findings
from assay.client.trust import Trust
from assay.core.errors import AssayError
from assay.core.note import VerifierKey, parse_proof

STAMPED = re.compile(r"time/(?:0|[1-9][0-9]{0,18})\.note", re.ASCII)


def stamped_notes(files: Files, listed: Iterable[str]) -> list[str]:
    """The checkpoints of a pack that a time authority stamped: what the tree of the pack is held against as well."""
    return [note for name, note in _notes(files, listed) if STAMPED.fullmatch(name)]


def check_trust(
    files: Files,
    manifest: str,
    listed: Mapping[str, str],
    keys: Sequence[VerifierKey],
    trust: Trust,
    findings: Findings,
) -> None:
    """Check the cosignatures and time stamps of a pack, and refuse checkpoints that only a lost key signed."""
    proven = 0
    doubtful: dict[str, tuple[str, str]] = {}
    for place, note in _notes(files, listed):
        try:
            tokens = [files.read(place.replace(".note", ".tsr"))] if STAMPED.fullmatch(place) else []
            times = trust.seen_at(note, tokens, place, findings)
            head = trust.opened(note, keys, times=times)
            proven = max(proven, head.size)
        except AssayError as error:
            doubtful.setdefault(note, (place, str(error)))
    for place, message in doubtful.values():
        older = f" Of the log, the first {proven:,} entries are proven." if proven else ""
        _add(findings, place, f"{message}{older}")
    if trust.compromised:
        _check_manifest(files, manifest, keys, trust, findings)


def _notes(files: Files, listed: Iterable[str]) -> Iterator[tuple[str, str]]:
    for name in sorted(listed):
        try:
            if name == "log/checkpoint" or STAMPED.fullmatch(name):
                yield name, files.read(name).decode("utf-8")
            elif name.startswith("proofs/"):
                yield name, parse_proof(files.read(name)).checkpoint
        except (AssayError, UnicodeDecodeError):
            continue  # named by those who read the file for what it proves


def _check_manifest(files: Files, manifest: str, keys: Sequence[VerifierKey], trust: Trust, findings: Findings) -> None:
    lost = {each.public for each in trust.compromised}
    try:
        envelope_open(files.read(manifest), [key for key in keys if key.public not in lost])
    except AssayError:
        findings.note(
            "A lost key signed the manifest: each entry is proven by itself, that nothing was left out of the pack is not."
        )


def _add(findings: Findings, place: str, message: str) -> None:
    """Once: whoever read the file before may have said the same."""
    if (place, message) not in {(each.place, each.message) for each in findings.differences}:
        findings.add("unsigned", place, message)
