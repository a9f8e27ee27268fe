"""Write the test vectors of docs/formats/ to tests/conformance/vectors/, the same bytes each time.

    python scripts/make_vectors.py            write them
    python scripts/make_vectors.py --check    write nothing; fail if a file differs

The keys in here are for vectors only: their seeds are printed in the files.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import json
import sys
from collections.abc import Callable
from datetime import datetime
from fractions import Fraction
from pathlib import Path
from typing import Any

from assay.client.fields import commitment_by_field, openings
from assay.client.statement import Statement, commitment_of, leaf_bytes
from assay.core.assess import assess
from assay.core.canonical import canonical_bytes
from assay.core.merkle import consistency_proof, inclusion_proof, leaf_hash, root_hash
from assay.core.note import COSIGNATURE_V1, Checkpoint, Ed25519Signer, LogProof, cosign, format_proof, sign_checkpoint
from assay.core.reading import glyph_of, sentence, silent_about
from assay.core.residual import residual_bound
from assay.core.sensitivity import ALPHA, sensitivity_bound, share_text
from assay.core.verdict import (
    Canary,
    Cell,
    Detector,
    Disposition,
    FindingFact,
    Measurement,
    Outcome,
    Policy,
    Stratum,
    Strength,
    Verdict,
)

FOLDER = Path(__file__).parent.parent / "tests" / "conformance" / "vectors"
ORIGIN = "gov.example.org/evidence/1"
SEEDS = {"log": "01" * 32, "log-next": "02" * 32, "witness": "03" * 32}
WITNESS = "witness.example/w1"
ENTRIES = [f"entry {i}".encode() for i in range(11)]


def canonical() -> dict[str, Any]:
    values: list[Any] = [
        None,
        {},
        [],
        [True, False, None],
        {"b": 2, "a": 1, "B": 3, "10": 4, "9": 5},
        {"\U0001f600": 1, "\ufb33": 2, "\u20ac": 3, "\r": 4},
        'quote " backslash \\ slash / control \u0001 \b\t\n\f\r delete \u007f line \u2028',
        [2**53 - 1, -(2**53 - 1), 0, -1],
        {"ratio": "9/22", "nested": [[], {"a": [{}]}]},
    ]
    refused = ["1.0", "1e3", "NaN", "9007199254740992", '{"a":1,"a":1}', '"\\ud800"', '{"b":1,"a":2}', '{"a": 1}', ""]
    accepted = []
    for value in values:
        data = canonical_bytes(value)
        sha256 = hashlib.sha256(data).hexdigest()
        accepted.append({"json": json.dumps(value), "canonical_hex": data.hex(), "sha256": sha256})
    return {"accepted": accepted, "refused_as_canonical_bytes": refused}


def leaf() -> dict[str, Any]:
    salt, payload = bytes(range(32)), canonical_bytes({"reason": "compared, not taught", "finding": "f-17"})
    facts: list[dict[str, Any]] = [
        {"kind": "finding.disposed", "subject": "finding:f-17"},
        {"kind": "finding.disposed", "subject": "finding:f-17", "record": ["assurance_findingrow", "f-17", "0001"]},
        {"kind": "measurement.recorded", "subject": "surface:s-1", "records": 512},
    ]
    facts.append({"kind": "record.commented", "subject": "record:r-1", "by_field": True})
    made = []
    for number, fact in enumerate(facts):
        record = fact.get("record")
        statement = Statement(
            event=f"0000000{number}-0000-4000-8000-000000000000",
            commitment=(commitment_by_field if "by_field" in fact else commitment_of)(salt, payload),
            log="org-1",
            kind=fact["kind"],
            subject=fact["subject"],
            actor="p-7f3a",
            at="2026-11-21T09:00:00.000000Z",
            record=tuple(record) if record else None,
            record_digest="ab" * 32 if record else None,
            records=fact.get("records"),
            by_field=fact.get("by_field", False),
        )
        data = leaf_bytes(statement)
        made.append({"leaf": data.decode(), "leaf_hash": leaf_hash(data).hex()})
    fields = [
        {"name": each.name, "salt": each.salt.hex(), "digest": each.digest.hex()} for each in openings(salt, payload)
    ]
    return {
        "salt": salt.hex(),
        "payload": payload.decode(),
        "commitment": commitment_of(salt, payload),
        "fields": fields,
        "commitment_by_field": commitment_by_field(salt, payload),
        "leaves": made,
    }


def tree() -> dict[str, Any]:
    leaves = [leaf_hash(entry) for entry in ENTRIES]
    sizes = range(1, len(leaves) + 1)
    return {
        "entries": [entry.decode() for entry in ENTRIES],
        "roots": [root_hash(leaves[:size]).hex() for size in range(len(leaves) + 1)],
        "inclusion": [
            {"index": index, "size": size, "path": [step.hex() for step in inclusion_proof(leaves[:size], index)]}
            for size in sizes
            for index in range(size)
        ],
        "consistency": [
            {"first": first, "second": size, "path": [step.hex() for step in consistency_proof(leaves[:size], first)]}
            for size in sizes
            for first in range(1, size + 1)
        ],
    }


def checkpoint() -> dict[str, Any]:
    log, other, witness = _signers()
    leaves = [leaf_hash(entry) for entry in ENTRIES]
    head = Checkpoint(ORIGIN, len(leaves), root_hash(leaves))
    signed = sign_checkpoint(head, [log])
    line = cosign(signed, witness, at=1_700_000_000).text
    earlier = sign_checkpoint(Checkpoint(ORIGIN, 10, root_hash(leaves[:10])), [log])
    spoilt = signed[:-12] + ("A" if signed[-12] != "A" else "B") + signed[-11:]
    return {
        "seeds": SEEDS,
        "vkeys": {"log": log.verifier.text, "log-next": other.verifier.text, "witness": witness.verifier.text},
        "origin": ORIGIN,
        "size": head.size,
        "root": head.root.hex(),
        "text": head.text,
        "signed": signed,
        "signature": base64.b64encode(log.sign(head.text.encode())).decode(),
        "signed_by_both_keys": sign_checkpoint(head, [log, other]),
        "cosigned": signed + line,
        "cosigned_at": 1_700_000_000,
        "empty": sign_checkpoint(Checkpoint(ORIGIN, 0, root_hash([])), [log]),
        "refused": {
            "signature changed": spoilt,
            "size changed": signed.replace("\n11\n", "\n12\n"),
            "leading zero": signed.replace("\n11\n", "\n011\n"),
            "signed by nobody trusted": sign_checkpoint(head, [other]),
            "signed twice": signed + signed.split("\n\n")[1],
            "another log": sign_checkpoint(Checkpoint(ORIGIN + "0", 11, head.root), [log]),
            "no blank line": signed.replace("\n\n", "\n"),
        },
        "cosignature_refused": {"of an earlier head": signed + cosign(earlier, witness, at=1_700_000_000).text},
    }


def proof() -> dict[str, Any]:
    log, _, witness = _signers()
    leaves = [leaf_hash(entry) for entry in ENTRIES]
    signed = sign_checkpoint(Checkpoint(ORIGIN, len(leaves), root_hash(leaves)), [log])
    signed += cosign(signed, witness, at=1_700_000_000).text
    proofs = [format_proof(LogProof(i, tuple(inclusion_proof(leaves, i)), signed)) for i in range(len(leaves))]
    good = proofs[4]
    lines = good.split("\n")
    return {
        "log": log.verifier.text,
        "witness": witness.verifier.text,
        "accepted": [{"entry": e.decode(), "proof": text} for e, text in zip(ENTRIES, proofs, strict=True)],
        "accepted_with_extra": format_proof(LogProof(4, tuple(inclusion_proof(leaves, 4)), signed, b"anything")),
        "refused_for_entry_4": {
            "proof of another entry": proofs[5],
            "index changed": good.replace("index 4\n", "index 5\n"),
            "index too large": good.replace("index 4\n", "index 11\n"),
            "a step left out": "\n".join(lines[:2] + lines[3:]),
            "a step twice": "\n".join([*lines[:3], *lines[2:]]),
            "other version": good.replace("@v1", "@v2"),
        },
    }


def bounds() -> dict[str, Any]:
    tallies = [(60, 60), (58, 60), (18, 20), (200, 200), (1, 1), (0, 60), (0, 0), (30, 60), (35, 60), (9_900, 10_000)]
    strata: list[tuple[int, list[tuple[int, int]]]] = [
        (0, [(950_000, 1540)]),
        (1, [(900_000, 1541)]),
        (3, [(800_000, 1543)]),
        (10, [(500_000, 1550)]),
        (0, [(940_370, 100)] * 22),
        (0, [(940_370, 100)] * 21 + [(500_000, 3)]),
        (2, [(683_017, 2), (884_718, 2), (940_370, 1000)]),
        (1, [(500_000, 2), (683_017, 3), (884_718, 2)]),
        (3, [(0, 2), (500_000, 2), (940_370, 3)]),
        (0, [(975_000, 10)]),
        (4, [(500_000, 4)]),
    ]
    return {
        "sensitivity": [
            {
                "caught": caught,
                "planted": planted,
                "bound": share_text(sensitivity_bound(caught, planted)),
                "one_of_22": share_text(sensitivity_bound(caught, planted, ALPHA / 22)),
            }
            for caught, planted in tallies
        ],
        "residual": [
            {"found": found, "strata": [list(s) for s in rooms], "residual": residual_bound(found, rooms)}
            for found, rooms in strata
        ],
    }


def verdict() -> dict[str, Any]:
    return {"cases": [_verdict_case(name, inputs) for name, inputs in _cases().items()]}


def assess_json(inputs: dict[str, Any]) -> Verdict:
    """Judge the inputs of a vector; docs/formats/verdict.md says what each field means."""
    return assess(
        surface=inputs["surface"],
        cells=[Cell(**each) for each in inputs["cells"]],
        strata=[Stratum(each["name"], each["title"], tuple(each["required"])) for each in inputs["strata"]],
        detectors=[
            Detector(each["name"], each["version"], tuple(each["kinds"]), tuple(each["languages"]))
            for each in inputs["detectors"]
        ],
        measurements=[_measurement(each) for each in inputs["measurements"]],
        findings=[FindingFact(**{**each, "at": _time(each["at"])}) for each in inputs["findings"]],
        dispositions=[Disposition(**{**each, "at": _time(each["at"])}) for each in inputs["dispositions"]],
        canaries=[Canary(**each) for each in inputs["canaries"]],
        policy=Policy(**{**inputs["policy"], "max_remaining_share": Fraction(inputs["policy"]["max_remaining_share"])}),
        now=_time(inputs["now"]),
        position=inputs["position"],
    )


def _verdict_case(name: str, inputs: dict[str, Any]) -> dict[str, Any]:
    found = assess_json(inputs)
    glyph = glyph_of(found)
    drawn = {name: getattr(glyph, name) for name in ("fill_permille", "texture", "stale", "letter")}
    return {
        "name": name,
        "inputs": inputs,
        "verdict": found.to_bytes().decode(),
        "digest": found.digest,
        "sentence": sentence(found),
        "silent_about": list(silent_about(found)),
        "glyph": drawn,
    }


def _cases() -> dict[str, dict[str, Any]]:
    everything = _surface({"lesson": 12, "quiz": 6, "rubric": 4})
    part = _surface({f"pathway-{number}": 2 for number in range(1, 23)}, measured=9)
    defect = _with_first(everything, outcome="defect")
    finding = {
        "key": "f-1", "cell": "lesson/0", "digest": "sha256:lesson/0", "detector": "drift", "kind": "implicit",
        "bucket": "A", "defect": True, "blocking": True, "at": "2026-11-20T09:00:00+00:00",
    }  # fmt: skip
    disposed = {"finding": "f-1", "decision": "not-a-defect", "at": "2026-11-20T12:00:00+00:00"}
    clean_later = {**everything["measurements"][0], "at": "2026-11-21T08:00:00+00:00"}
    uneven = _surface({"lesson": 300, "quiz": 40, "rubric": 3})
    uneven["canaries"] = [
        {**tally, "caught": caught, "planted": planted}
        for tally, (caught, planted) in zip(uneven["canaries"], [(60, 60), (58, 60), (18, 20)], strict=True)
    ]
    return {
        "everything measured, nothing found": everything,
        "nine of twenty-two pathways measured, nothing found": part,
        "an open defect that blocks": {**defect, "findings": [finding]},
        "an open defect that does not block": {**defect, "findings": [{**finding, "blocking": False}]},
        "a defect disposed of": {**defect, "findings": [finding], "dispositions": [disposed]},
        "a defect measured clean since": {
            **defect,
            "measurements": [*defect["measurements"], clean_later],
            "findings": [finding],
        },
        "everything expired": {**everything, "now": "2027-11-21T09:00:00+00:00"},
        "every reason for not being measured": _troubled(everything),
        "strata of different sensitivity": uneven,
        "a population that was not reconciled": {
            **everything,
            "policy": {**everything["policy"], "second_source": "missing"},
        },
        "no population": {**everything, "cells": []},
    }


def _troubled(world: dict[str, Any]) -> dict[str, Any]:
    changes: list[dict[str, Any]] = [
        {"outcome": "inconclusive"}, {"outcome": "contradicted"}, {"outcome": "precondition_unmet"},
        {"outcome": "not_run"}, {"expires": "2026-11-20T12:00:00+00:00"}, {"digest": "sha256:before"}, {"version": "0"},
        {"governance": "gv0"},
    ]  # fmt: skip
    measurements = [{**m, **change} for m, change in zip(world["measurements"], changes, strict=False)]
    cells = [dict(cell) for cell in world["cells"]]
    cells[8]["digest"], cells[9]["language"], cells[10]["weight"] = None, "ja", 7
    canaries = [c if c["stratum"] != "quiz" else {**c, "caught": 20} for c in world["canaries"]]
    rest = world["measurements"][len(changes) : -1]
    return {**world, "cells": cells, "measurements": measurements + rest, "canaries": canaries}


def _surface(sizes: dict[str, int], *, measured: int | None = None) -> dict[str, Any]:
    cells = [
        {"key": f"{n}/{i}", "stratum": n, "digest": f"sha256:{n}/{i}", "weight": 1, "language": "en"}
        for n, size in sizes.items()
        for i in range(size)
    ]
    looked_at = list(sizes)[:measured]
    return {
        "surface": "programme/example",
        "now": "2026-11-21T09:00:00+00:00",
        "position": 42,
        "policy": {
            "name": "default", "governance": "gv1", "max_remaining_share": "1/20", "max_remaining": 1,
            "second_source": "none",
        },
        "strata": [{"name": n, "title": n.replace("-", " ").capitalize(), "required": ["drift"]} for n in sizes],
        "detectors": [{"name": "drift", "version": "1", "kinds": ["implicit"], "languages": ["en"]}],
        "canaries": [
            {"detector": "drift", "version": "1", "stratum": n, "kind": "implicit", "caught": 60, "planted": 60}
            for n in sizes
        ],
        "cells": cells,
        "measurements": [
            {
                "cell": cell["key"], "digest": cell["digest"], "detector": "drift", "version": "1", "governance": "gv1",
                "at": "2026-11-20T09:00:00+00:00", "expires": "2027-02-18T09:00:00+00:00", "outcome": "clean",
                "strength": 3,
            }
            for cell in cells
            if cell["stratum"] in looked_at
        ],
        "findings": [],
        "dispositions": [],
    }  # fmt: skip


def _with_first(world: dict[str, Any], **change: Any) -> dict[str, Any]:
    first, *rest = world["measurements"]
    return {**world, "measurements": [{**first, **change}, *rest]}


def _measurement(each: dict[str, Any]) -> Measurement:
    return Measurement(
        **{
            **each,
            "at": _time(each["at"]),
            "expires": _time(each["expires"]) if each["expires"] else None,
            "outcome": Outcome(each["outcome"]),
            "strength": Strength(each["strength"]),
        }
    )


def _time(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _signers() -> tuple[Ed25519Signer, Ed25519Signer, Ed25519Signer]:
    log, other, witness = (bytes.fromhex(seed) for seed in SEEDS.values())
    return (
        Ed25519Signer.from_seed(ORIGIN, log),
        Ed25519Signer.from_seed(ORIGIN, other),
        Ed25519Signer.from_seed(WITNESS, witness, kind=COSIGNATURE_V1),
    )


MAKERS: dict[str, Callable[[], dict[str, Any]]] = {
    "canonical.json": canonical,
    "leaf.json": leaf,
    "tree.json": tree,
    "checkpoint.json": checkpoint,
    "proof.json": proof,
    "bounds.json": bounds,
    "verdict.json": verdict,
}


def text_of(name: str) -> str:
    """Return what the file of that name must hold."""
    return json.dumps(MAKERS[name](), ensure_ascii=False, indent=1) + "\n"


def main() -> int:
    parser = argparse.ArgumentParser(description="Write the test vectors of the formats.")
    parser.add_argument("--check", action="store_true", help="write nothing; fail if a file differs")
    check = parser.parse_args().check
    differing = []
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name in MAKERS:
        path, text = FOLDER / name, text_of(name)
        if not path.exists() or path.read_text("utf-8") != text:
            differing.append(name)
            if not check:
                path.write_text(text, "utf-8")
    sys.stdout.write(f"{'Differ' if check else 'Written'}: {', '.join(differing) or 'none'}\n")
    return 1 if check and differing else 0


if __name__ == "__main__":
    sys.exit(main())
