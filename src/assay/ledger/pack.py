"""Writing a pack: a log, or some of its entries, as files that anybody can verify offline (`assay.client.pack`)."""

import base64
import json
import shutil
import zipfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import IO

from django.db import transaction

from assay.client.dsse import envelope_sign
from assay.client.fields import disclose
from assay.client.pack import CHECKPOINT, MANIFEST, POLICY, manifest_payload
from assay.client.standalone import __file__ as STANDALONE
from assay.client.statement import timestamp
from assay.core.errors import Conflict, InvalidInput
from assay.core.merkle import Tile, tile_path, tiles_of
from assay.ledger import export, queries, services, signing, trusting
from assay.ledger.compromise import notices
from assay.ledger.pack_files import FolderTarget, Target, ZipTarget, file_pieces
from assay.ledger.pack_index import IndexFacts, IndexRow, index_html, index_xlsx
from assay.ledger.pack_seen import seen_files
from assay.ledger.pack_words import Told, verify_text
from assay.ledger.payloads import Opened, payloads_open

VERIFIER = "verify.py"
OTHERS = Path(__file__).with_name("others")
# Up to here a selection carries a proof for each entry; beyond, the hashes of the whole log are smaller and quicker.
MOST_PROOFS = 1_000
BUNDLE = 256
PART_BYTES = 16 * 1024 * 1024
PAYLOADS_AT_ONCE = 32


@dataclass(frozen=True, slots=True)
class _Wish:
    """How a pack is to be made; see `pack_write`."""

    about: str
    hide: frozenset[str]
    contents: bool


@dataclass
class _Pack:
    """One pack in the making."""

    target: Target
    log: str
    latest: queries.CheckpointView
    wish: _Wish
    chosen: Sequence[int] | None
    shown: dict[int, str] = field(default_factory=dict)
    """How the content of an entry is shown, where it is not shown whole."""
    stamps: list[str] = field(default_factory=list)
    """Names of the stamped checkpoints in the pack, without their endings."""

    @property
    def form(self) -> str:
        if self.chosen is None:
            return "whole"
        return "some" if len(self.chosen) <= MOST_PROOFS else "many"

    def bundles(self) -> Iterator[Sequence[int]]:
        """The chosen indices, those of each bundle of 256 together; bundles without one are left out."""
        if self.chosen is None:
            for begin in range(0, self.latest.size, BUNDLE):
                yield range(begin, min(begin + BUNDLE, self.latest.size))
            return
        begin = 0
        while begin < len(self.chosen):
            bundle, end = self.chosen[begin] // BUNDLE, begin
            while end < len(self.chosen) and self.chosen[end] // BUNDLE == bundle:
                end += 1
            yield self.chosen[begin:end]
            begin = end


def pack_write(
    *,
    log: str,
    target: Path | IO[bytes],
    actor: str,
    now: datetime,
    indexes: Sequence[int] | None = None,
    about: str = "",
    hide: frozenset[str] = frozenset(),
    contents: bool = True,
) -> int:
    """Write a pack to `target`, a new folder, a new file whose name ends in .zip, or an open file; return how many entries.

    `indexes`: only those entries; None: the whole published log. `about` says what it is for. `hide` names top-level
    fields of contents that are not shown: where a content is committed to by field only they are left out, else all of it
    is. `contents` False: no content at all. Appends `pack.exported`. Memory does not grow with contents: they are written piece by piece. Raises Conflict if
    `target` exists, InvalidInput for entries that the log does not have; then nothing is left behind.
    """
    if isinstance(target, Path) and target.exists():
        raise Conflict(f"{target.name} exists already.", hint="Name a new folder or file.")
    wish = _Wish(about, hide, contents)
    latest = queries.checkpoint_latest(log)
    chosen = None if indexes is None else sorted(set(indexes))
    if chosen is not None and (not chosen or not 0 <= chosen[0] <= chosen[-1] < latest.size):
        raise InvalidInput(f"The entries asked for are not all in a log of {latest.size}.")
    try:
        if not isinstance(target, Path) or target.suffix == ".zip":
            with zipfile.ZipFile(target, "x" if isinstance(target, Path) else "w") as archive:
                _fill(_Pack(ZipTarget(archive), log, latest, wish, chosen), now)
        else:
            target.mkdir(parents=True)
            _fill(_Pack(FolderTarget(target), log, latest, wish, chosen), now)
    except BaseException:
        if isinstance(target, Path):
            target.unlink() if target.is_file() else shutil.rmtree(target, ignore_errors=True)
        raise
    count = latest.size if chosen is None else len(chosen)
    with transaction.atomic():
        body = {"about": wish.about, "size": latest.size, "entries": count, "full": chosen is None}
        if wish.hide or not wish.contents:
            body |= {"hidden": sorted(wish.hide), "contents": wish.contents}
        services.append(log=log, kind="pack.exported", subject=f"log:{log}", actor=actor, body=body, now=now)
    return count


def _fill(pack: _Pack, now: datetime) -> None:
    vkey = signing.vkey_of(pack.latest.origin)
    _FORMS[pack.form](pack)
    _seen(pack)
    if pack.wish.contents:
        _payloads(pack)
    contents = "the whole log" if pack.chosen is None else f"{len(pack.chosen):,} entries with proofs"
    _index(pack, vkey, contents, now)
    example = pack.latest.size - 1 if pack.chosen is None else pack.chosen[-1]
    vkeys = (*(key for key in queries.vkeys(pack.log) if key != vkey), vkey)
    lost = tuple(each for each in notices() if each.startswith(f"{pack.latest.origin}+"))
    told = Told(pack.latest.origin, vkeys, pack.latest.size, contents, pack.form, lost)
    text = verify_text(told, index=example, stamp=pack.stamps[0] if pack.stamps else "")
    pack.target.put(POLICY, [_policy(pack.log, vkey).encode()])
    pack.target.put("VERIFY.txt", [text.encode()])
    pack.target.put(VERIFIER, file_pieces(Path(STANDALONE)))
    for program in ("tlogcheck.go", "sigstore_check.cjs"):
        pack.target.put(f"others/{program}", file_pieces(OTHERS / program))
    facts = {
        "log": pack.log, "origin": pack.latest.origin, "size": pack.latest.size, "at": timestamp(now),
        "about": pack.wish.about,
    }  # fmt: skip
    manifest = manifest_payload(pack.target.digests, facts)
    pack.target.put(MANIFEST, [envelope_sign(manifest, [signing.signer_of(pack.latest.origin)])])


def _policy(log: str, vkey: str) -> str:
    """The policy of this installation if it names the key that signs the pack, else one that does."""
    try:
        if vkey in {key.text for key in trusting.policy_of(log).logs}:
            return trusting.policy_text(log)
    except InvalidInput:
        pass  # the ledger page says what is wrong with it
    return f"# The key of the log; a reader brings a policy of his own.\nlog {vkey}\nquorum none\n"


def _whole_log(pack: _Pack) -> None:
    for path in export.paths(pack.latest.size):
        if path != "checkpoint":
            pack.target.put(f"log/{path}", [export.resource(pack.log, path)])
    pack.target.put(CHECKPOINT, [pack.latest.note.encode("utf-8")])


def _seen(pack: _Pack) -> None:
    """What others saw of the log; where the pack has no tree to recompute it from, with the proofs of growth."""
    chosen = range(pack.latest.size) if pack.chosen is None else pack.chosen
    for name, data in seen_files(log=pack.log, latest=pack.latest, indexes=chosen, grown=pack.form == "some"):
        pack.target.put(name, [data])
        if name.endswith(".tsr"):
            pack.stamps.append(name.removesuffix(".tsr"))


def _proofs(pack: _Pack) -> None:
    for index in pack.chosen or ():
        pack.target.put(f"leaves/{index}.json", [queries.entry_get(log=pack.log, index=index).leaf])
        proof = queries.proof_text(log=pack.log, index=index, latest=pack.latest)
        pack.target.put(f"proofs/{index}.tlog-proof", [proof.encode("utf-8")])


def _hashes(pack: _Pack) -> None:
    for tile in tiles_of(pack.latest.size):
        path = tile_path(Tile(tile.level, tile.index, tile.width))
        pack.target.put(f"log/{path}", [export.resource(pack.log, path)])
    pack.target.put(CHECKPOINT, [pack.latest.note.encode("utf-8")])
    for indexes in pack.bundles():
        entries = queries.entries_at(log=pack.log, indexes=indexes)
        lines = [_line({"index": one.index, "leaf": base64.b64encode(one.leaf).decode()}) for one in entries]
        pack.target.put(f"leaves/{indexes[0] // BUNDLE:09d}.jsonl", lines)


_FORMS: dict[str, Callable[[_Pack], None]] = {"whole": _whole_log, "some": _proofs, "many": _hashes}


def _payloads(pack: _Pack) -> None:
    for indexes in pack.bundles():
        lines = _payload_lines(pack, indexes)
        part, first = 0, next(lines, None)
        while first is not None:
            name = f"payloads/{indexes[0] // BUNDLE:09d}{f'-{part}' if part else ''}.jsonl"
            rest = [first]
            room = PART_BYTES - len(first)
            first = next(lines, None)
            while first is not None and len(first) <= room:
                rest.append(first)
                room -= len(first)
                first = next(lines, None)
            pack.target.put(name, rest)
            part += 1


def _payload_lines(pack: _Pack, indexes: Sequence[int]) -> Iterator[bytes]:
    """The lines of one bundle, a few contents in memory at a time. Notes what is not shown whole."""
    for at in range(0, len(indexes), PAYLOADS_AT_ONCE):
        entries = queries.entries_at(log=pack.log, indexes=indexes[at : at + PAYLOADS_AT_ONCE])
        opened = payloads_open(pack.log, [one.event for one in entries])
        for entry in entries:
            assert entry.index is not None
            found = opened.get(entry.event)
            if found is None:
                pack.shown[entry.index] = "erased"
                continue
            line, said = _payload_line(entry, found, pack.wish.hide)
            if said:
                pack.shown[entry.index] = said
            if line is not None:
                yield line


def _payload_line(entry: queries.EntryView, opened: Opened, hide: frozenset[str]) -> tuple[bytes | None, str]:
    """(line, how the content is shown if not whole)."""
    facts: dict[str, object] = {"event": entry.event, "index": entry.index}
    if hide and (not opened.payload.startswith(b"{") or hide & json.loads(opened.payload).keys()):
        if not entry.statement.by_field:
            return None, "withheld"
        shown, hidden = disclose(opened.salt, opened.payload, hide)
        facts["fields"] = [{"name": one.name, "salt": _base64(one.salt), "value": one.value} for one in shown]
        facts["hidden"] = [_base64(one) for one in hidden]
        return _line(facts), "in part"
    return _line({**facts, "data": _base64(opened.payload), "salt": _base64(opened.salt)}), ""


def _index(pack: _Pack, vkey: str, contents: str, now: datetime) -> None:
    count = pack.latest.size if pack.chosen is None else len(pack.chosen)
    about = pack.wish.about or contents
    facts = IndexFacts(
        title=f"Evidence: {about}",
        sentence=f"{count:,} {'entry' if count == 1 else 'entries'} of a signed log of {pack.latest.size:,}: {about}.",
        facts=(
            ("Origin of the log", pack.latest.origin),
            ("Signed root", pack.latest.root.hex()),
            ("Witnesses", ", ".join(pack.latest.witnesses) or "none"),
            ("Verifier key", vkey),
            ("Made", f"{now:%d %B %Y %H:%M} UTC"),
            ("Hidden fields", ", ".join(sorted(pack.wish.hide)) or "none"),
        ),
        count=count,
        now=now,
    )
    pack.target.put("index.html", index_html(facts, _rows(pack)))
    pack.target.put("index.xlsx", index_xlsx(facts, _rows(pack)))


def _rows(pack: _Pack) -> Iterator[IndexRow]:
    for indexes in pack.bundles():
        for one in queries.entries_at(log=pack.log, indexes=indexes):
            assert one.index is not None
            content = pack.shown.get(one.index, "whole") if pack.wish.contents else "withheld"
            yield IndexRow(one.index, one.at, one.kind, one.subject, one.actor, content)


def _line(value: object) -> bytes:
    return json.dumps(value, sort_keys=True, ensure_ascii=False).encode() + b"\n"


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode()
