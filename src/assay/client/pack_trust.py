"""What others saw of the checkpoints in a pack, and what a lost key in it is still worth.

A pack of some entries carries the checkpoints that a witness or a time authority saw beside the one that its proofs lead
to, and a consistency proof from each to that: then whatever was in the older tree is in the newer at the same place. In
a pack with the hashes of the whole log the older roots are recomputed instead.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace

from assay.client.compromised import Compromised, is_sound, moment_read
from assay.client.dsse import envelope_open
from assay.client.pack_payloads import Commitments, Files, bodies
from assay.client.report import Findings
from assay.client.trust import Trust
from assay.client.witness import parse_request
from assay.core.errors import AssayError, IntegrityBroken
from assay.core.merkle import verify_consistency
from assay.core.note import Checkpoint, VerifierKey, parse_checkpoint, parse_proof, verify_checkpoint

SEEN = re.compile(r"(time|seen)/(0|[1-9][0-9]{0,18})\.note", re.ASCII)
GROWTH = re.compile(r"consistency/(0|[1-9][0-9]{0,18})-(0|[1-9][0-9]{0,18})\.txt", re.ASCII)
LOST = "key.compromised"
At = tuple[int, bytes]  # the size and the root of a tree
Links = Mapping[At, Set[At]]


@dataclass(frozen=True)
class PackKeys:
    """The keys that are trusted for a pack, and what the reader knows beside them."""

    keys: Sequence[VerifierKey]
    trust: Trust


@dataclass(frozen=True)
class Shown:
    """What was verified in a pack before anybody asks who vouches for it.

    `held` says for each file with a checkpoint under which entries were verified the largest of their indices; `roots`
    are the trees that the whole log in the pack went through, as far as somebody signed them.
    """

    commitments: Commitments = field(default_factory=dict)
    held: Mapping[str, int] = field(default_factory=dict)
    roots: Set[At] = frozenset()


def stamped_notes(files: Files, listed: Iterable[str]) -> list[str]:
    """The checkpoints of a pack that others saw: what the tree of the pack is held against as well."""
    return [note for name, note in _notes(files, listed) if SEEN.fullmatch(name)]


def check_kept(
    files: Files, listed: Iterable[str], kept: Iterable[str], keys: Sequence[VerifierKey], findings: Findings
) -> None:
    """Hold the checkpoints that the reader kept against those in a pack that has no tree to recompute them from."""
    heads = [head for _, note in _notes(files, listed) if (head := _head(note)) is not None]
    for text in kept:
        try:
            own = verify_checkpoint(text, keys)
        except AssayError as error:
            findings.add("unsigned", "outside checkpoint", str(error))
            continue
        roots = {head.root for head in heads if (head.origin, head.size) == (own.origin, own.size)}
        if roots - {own.root}:
            findings.add("edited", "outside checkpoint", f"the first {own.size} entries are not those that were signed")
        elif not roots:
            findings.note(
                f"The pack has no checkpoint of {own.size} entries, so the one given was compared with nothing."
            )


def check_trust(
    files: Files, manifest: str, listed: Mapping[str, str], shown: Shown, known: PackKeys, findings: Findings
) -> None:
    """Check growth, cosignatures and time stamps of a pack, and refuse entries that only a lost key vouches for."""
    _check_readable(files, listed, findings)
    links = _links(files, listed, shown, known.keys, findings)
    notes, needs = _once(files, listed, shown.held)
    _check_one_log(notes, shown.held, links, findings)
    told = _told(files, listed, shown.commitments, known, findings)
    sound = _sound(notes.values(), known.keys, known.trust.with_told(told.values()))
    under = {place: head for place, note in _notes(files, listed) if place in shown.held and (head := _head(note))}
    for index, lost in told.items():
        head = under.get(f"proofs/{index}.tlog-proof", under.get("log/checkpoint"))
        if head is None or index >= _covered(_at(head), links, sound):
            told[index] = replace(lost, until=0)
    trust = known.trust.with_told(told.values())
    proven: dict[At, int] = {}
    doubtful: dict[str, tuple[str, str]] = {}
    for place, note in notes.items():
        try:
            head = verify_checkpoint(note, known.keys)
            tokens = [files.read(place.replace(".note", ".tsr"))] if place.startswith("time/") else []
        except AssayError as error:
            _add(findings, place, str(error))
            continue
        times = trust.seen_at(note, tokens, place, findings)
        try:
            trust.opened(note, known.keys, covered=_covered(_at(head), links, sound), times=times)
            for newer in {_at(head), *links.get(_at(head), ())}:
                proven[newer] = max(proven.get(newer, 0), head.size)
        except AssayError as error:
            doubtful.setdefault(note, (place, str(error)))
    _tell(needs, proven, doubtful, findings)
    if trust.compromised:
        _check_manifest(files, manifest, known.keys, trust, findings)


def _once(files: Files, listed: Iterable[str], held: Mapping[str, int]) -> tuple[dict[str, str], dict[str, int]]:
    """(the checkpoints by the first place where each lies, the largest index that rests on each)."""
    notes: dict[str, str] = {}
    needs: dict[str, int] = {}
    for place, note in _notes(files, listed):
        if SEEN.fullmatch(place):
            notes[place] = note
        elif place in held:
            if note not in needs:
                notes[place] = note
            needs[note] = max(needs.get(note, 0), held[place])
    return notes, needs


def _tell(
    needs: Mapping[str, int],
    proven: Mapping[At, int],
    doubtful: Mapping[str, tuple[str, str]],
    findings: Findings,
) -> None:
    """Name the doubtful checkpoints if an entry of the pack needs one of them; else say that they count for nothing."""
    unproven = any(index >= _size(proven, note) for note, index in needs.items())
    most = max(proven.values(), default=0)
    for place, message in doubtful.values():
        if unproven:
            older = f" Of the log, the first {most:,} entries are proven." if most else ""
            _add(findings, place, f"{message}{older}")
        else:
            findings.note(f"{place} counts for nothing, and nothing in the pack rests on it: {message}")


def _size(proven: Mapping[At, int], note: str) -> int:
    try:
        return proven.get(_at(parse_checkpoint(note)[0]), 0)
    except AssayError:
        return 0


def _sound(notes: Iterable[str], keys: Sequence[VerifierKey], trust: Trust) -> set[At]:
    """The trees that a key which is not lost signed in this pack."""
    found = set()
    for note in notes:
        try:
            if is_sound(note, keys, trust.compromised):
                found.add(_at(parse_checkpoint(note)[0]))
        except AssayError:
            continue
    return found


def _covered(at: At, links: Links, sound: Set[At]) -> int:
    """The largest size of a sound tree that is this one or continues it; 0 if there is none."""
    return max((newer[0] for newer in {at, *links.get(at, ())} & sound), default=0)


def _check_one_log(notes: Mapping[str, str], held: Mapping[str, int], links: Links, findings: Findings) -> None:
    """All that the entries of a pack lead to is one tree, or shown to be an older state of it."""
    heads = {place: _at(head) for place, note in notes.items() if place in held and (head := _head(note))}
    newest = max(heads.values(), default=(0, b""))
    for place, at in heads.items():
        if newest not in {at, *links.get(at, ())}:
            findings.add("edited", place, "nothing shows that it is of the same log as the other entries in the pack")


def _links(
    files: Files, listed: Iterable[str], shown: Shown, keys: Sequence[VerifierKey], findings: Findings
) -> dict[At, set[At]]:
    """From each checkpoint that others saw to those of the pack that continue it. One without such is a difference."""
    heads = {place: _head(note) for place, note in _notes(files, listed)}
    own = {_at(head) for place, head in heads.items() if place in shown.held and head is not None}
    if "log/checkpoint" in shown.held:
        newer = {_at(head) for place, head in heads.items() if place == "log/checkpoint" and head is not None}
        return dict.fromkeys(shown.roots, newer)
    links: dict[At, set[At]] = {}
    older = {head.size: head for place, head in heads.items() if SEEN.fullmatch(place) and head is not None}
    for name in sorted(name for name in listed if name.startswith("consistency/")):
        findings.count("consistency proofs")
        try:
            first, second = _grown(files, name, older, keys)
            links.setdefault(first, set()).add(second)
        except AssayError as error:
            findings.add("unsigned", name, str(error))
    for place, head in heads.items():
        if SEEN.fullmatch(place) and head is not None and own.isdisjoint({_at(head), *links.get(_at(head), ())}):
            findings.add("missing", place, "nothing shows that the log of the pack continues this checkpoint")
    return links


def _grown(files: Files, name: str, older: Mapping[int, Checkpoint], keys: Sequence[VerifierKey]) -> tuple[At, At]:
    """(older head, newer head) that a consistency proof joins. Raises AssayError unless it does."""
    found = GROWTH.fullmatch(name)
    request = parse_request(files.read(name))
    newer = verify_checkpoint(request.note, keys)
    head = older.get(request.old)
    if found is None or (int(found[1]), int(found[2])) != (request.old, newer.size) or head is None:
        raise IntegrityBroken("The consistency proof is between other checkpoints than its name says.")
    if head.origin != newer.origin:
        raise IntegrityBroken("The consistency proof is between two logs.")
    verify_consistency(head.size, newer.size, head.root, newer.root, request.proof)
    return _at(head), _at(newer)


def _told(
    files: Files, listed: Iterable[str], commitments: Commitments, known: PackKeys, findings: Findings
) -> dict[int, Compromised]:
    """The keys that entries of the pack declare as lost, by index of the entry.

    For each that does not show which, the reader has to know of another lost key of this log; else it is a difference.
    """
    told = {index for index, found in commitments.items() if found.kind == LOST}
    lost: dict[int, Compromised] = {}
    for index, body in bodies(files, listed) if told else ():
        if index not in told:
            continue
        try:
            key = VerifierKey.parse(str(body["vkey"]))
            public = base64.b64decode(str(body["public"]), validate=True)
            lost[index] = Compromised(public, moment_read(str(body["since"])), key.name, int(str(body["until_size"])))
            told.discard(index)
        except (AssayError, ValueError, KeyError):
            continue
    for index in sorted(told):
        findings.note(
            f"Entry {index} declares a key as lost and does not show which: that you know it is taken for given."
        )
    names = {key.name for key in known.keys}
    given = {each.public for each in known.trust.compromised if each.origin in names}
    if len(told) > len(given - {each.public for each in lost.values()}):
        message = (
            "the log says that a signing key was compromised, and the pack does not show which: give --compromised"
        )
        findings.add("unsigned", f"entry {min(told)}", message, index=min(told))
    return lost


def _check_readable(files: Files, listed: Iterable[str], findings: Findings) -> None:
    """A checkpoint that others saw and that is no text is a difference; without this nobody would name it."""
    for name in sorted(name for name in listed if SEEN.fullmatch(name)):
        try:
            files.read(name).decode("utf-8")
        except UnicodeDecodeError:
            findings.add("malformed", name, "the checkpoint is not UTF-8")
        except AssayError:
            continue  # named as missing


def _notes(files: Files, listed: Iterable[str]) -> Iterator[tuple[str, str]]:
    for name in sorted(listed):
        try:
            if name == "log/checkpoint" or SEEN.fullmatch(name):
                yield name, files.read(name).decode("utf-8")
            elif name.startswith("proofs/"):
                yield name, parse_proof(files.read(name)).checkpoint
        except (AssayError, UnicodeDecodeError):
            continue  # named by those who read the file for what it proves


def _head(note: str) -> Checkpoint | None:
    try:
        return parse_checkpoint(note)[0]
    except AssayError:
        return None


def _at(head: Checkpoint) -> At:
    return head.size, head.root


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
