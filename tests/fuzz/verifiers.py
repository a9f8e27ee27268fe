"""What both verifiers read, put to atheris, which looks for bytes that reach new code.

    python -m tests.fuzz.verifiers proofs/4.tlog-proof CORPUS -max_total_time=600

The first argument names a file of the published pack (`tests/conformance/vectors/pack.json`), the second a folder for inputs; the
others are those of libFuzzer. An input is the new text of the file; the manifest is made to fit, as somebody with the signing
key could. Nothing but a refusal may be raised; and where a verifier accepts, every leaf and content is one of the original's.
"""

from __future__ import annotations

import json
import sys
from hashlib import sha256
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["assay"]):
    from assay.client import standalone
    from assay.client.dsse import envelope_sign
    from assay.client.pack import MANIFEST, manifest_payload, verify_files
    from assay.client.trust import Trust
    from assay.core.errors import AssayError, NotFound
    from assay.core.note import Ed25519Signer, VerifierKey

VECTORS = json.loads((Path(__file__).parents[1] / "conformance" / "vectors" / "pack.json").read_text("utf-8"))
ORIGINAL = {name: text.encode() for name, text in VECTORS["accepted"].items() if name != MANIFEST}
LOG = Ed25519Signer.from_seed(VerifierKey.parse(VECTORS["log"]).name, bytes([1]) * 32)
EVIDENCE = ("leaves/", "payloads/")


class Files(standalone.Pack):
    """A pack in memory, for both verifiers."""

    def __init__(self, files: dict[str, bytes]) -> None:
        self._files = files
        self.all = set(files)

    def names(self) -> list[str]:  # type: ignore[override]
        return sorted(self._files)

    def read(self, name: str) -> bytes:
        if name not in self._files:
            raise NotFound("file of the pack", name)
        return self._files[name]


def accepted(files: dict[str, bytes]) -> list[bool]:
    """What the product's verifier and the single file say. Raises whatever is not a refusal."""
    said = []
    try:
        trust = Trust((), [VerifierKey.parse(VECTORS["witness"])])
        said.append(not verify_files(Files(files), vkeys=[VECTORS["log"]], trust=trust).differences)
    except AssayError:
        said.append(False)
    try:
        standalone.check_files(Files(files), [standalone.Key(VECTORS["log"])], standalone.Known([VECTORS["witness"]]))
        said.append(True)
    except (*standalone.REFUSED, NotFound):
        said.append(False)
    return said


def evidence(files: dict[str, bytes]) -> list[object]:
    """What a pack says: its leaves, and the contents by entry, however their JSON is spaced."""
    said: list[object] = []
    for name in sorted(files):
        if name.startswith("leaves/"):
            said.append((name, files[name]))
        elif name.startswith("payloads/"):
            for line in files[name].splitlines():
                value = json.loads(line)
                said.append((value["index"], value["data"], value["salt"]))
    return sorted(said, key=repr)


def tried(name: str, data: bytes) -> None:
    """Try one input. Raises AssertionError if a verifier believed something else."""
    files = {**ORIGINAL, name: data}
    digests = {each: sha256(content).hexdigest() for each, content in files.items()}
    files[MANIFEST] = envelope_sign(manifest_payload(digests, {"about": "vectors"}), [LOG])
    if not any(accepted(files)) or not name.startswith(EVIDENCE):
        return
    known = evidence(ORIGINAL)
    if not all(each in known for each in evidence(files)):
        raise AssertionError(f"a verifier believed another {name}")


def main() -> None:
    name, corpus = sys.argv[1], Path(sys.argv[2])
    corpus.mkdir(parents=True, exist_ok=True)
    (corpus / "original").write_bytes(ORIGINAL[name])
    atheris.Setup([sys.argv[0], *sys.argv[2:]], lambda data: tried(name, data))
    atheris.Fuzz()


if __name__ == "__main__":
    main()
