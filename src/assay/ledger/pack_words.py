"""VERIFY.txt: how to check a pack without the product that made it. Every command in it is run by a test."""

from dataclasses import dataclass

VERIFY = """How to check this pack without the product that made it
=======================================================

    origin        {origin}
    verifier key  {vkey}
    size          {size} entries in the log
    contents      {contents}

Take the verifier key from a source other than this pack: the organization's site, a witness, an earlier pack. Run the
commands in this folder (unpack it first). Each of the ways below uses code of other people; none of it needs a network
once its tool is installed.

0. Everything at once: Python with the package "cryptography", and nothing else. verify.py is one file; read it.

    python3 verify.py .{trusted}

   It checks the manifest, every file, every entry, content and signature of a person, and, where the pack holds
   checkpoints that others saw (seen/, time/), that the log continues each of them: in a pack of some entries by the
   proofs in consistency/, else by its tree. Add what you trust beside the key: --witness KEY of a witness;
   --compromised KEY@TIME for a key that is lost (what only it signed then counts where others saw it before);
   --tsa-ca FILE with the certificates of the time authority, whose stamps it has the program openssl check;
   --checkpoint FILE with a checkpoint of this log that you kept from before.

{prepare}
1. Python packages tlog-scales and proofbundle (pip install tlog-scales proofbundle).

{python}
2. Go's own transparency log code, golang.org/x/mod/sumdb (Debian: golang-go, golang-golang-x-mod-dev).

{go}
3. npm's @sigstore/verify (npm install @sigstore/verify@3.1.1).

    node others/sigstore_check.cjs one.tlog-proof one.json '{vkey}'

4. OpenSSL 3, for the signature of the checkpoint alone.

    sed -n '/^$/q;p' checkpoint.txt > text.txt
    sed -n 's/^\\xe2\\x80\\x94 [^ ]* //p' checkpoint.txt | head -n 1 | base64 -d | tail -c +5 > signature.bin
    printf '\\060\\052\\060\\005\\006\\003\\053\\145\\160\\003\\041\\000' > key.der
    printf '%s' '{key64}' | base64 -d | tail -c +2 >> key.der
    openssl pkeyutl -verify -rawin -pubin -inkey key.der -keyform DER -sigfile signature.bin -in text.txt
{stamp}"""

STAMP = """
5. OpenSSL, for the time stamp. tsa.pem holds the certificates of the time authority, which you get from it.

    openssl ts -verify -data {stamp}.note -in {stamp}.tsr -CAfile tsa.pem
    openssl ts -reply -in {stamp}.tsr -token_out -out token.der
    openssl ts -reply -in token.der -token_in -text | grep '^Time stamp'
"""

WHOLE_PREPARE = """The other ways look at one entry, here entry {index}; every other one works the same.

    cp log/checkpoint checkpoint.txt
    tlog-tiles get-leaf -c ./log {index} > one.json
    tlog-tiles gen-proof ./log {index} > one.tlog-proof
"""
WHOLE_GO = """    GO111MODULE=off GOPATH=/usr/share/gocode go run others/tlogcheck.go log ./log '{vkey}' {index}
"""
SOME_PREPARE = """The other ways look at one entry, here entry {index}; every other one works the same.

    cp leaves/{index}.json one.json
    cp proofs/{index}.tlog-proof one.tlog-proof
    sed '1,/^$/d' one.tlog-proof > checkpoint.txt
"""
MANY_PREPARE = """The other ways look at one entry, here entry {index}; every other one works the same. log/tile holds the hashes of
the whole log, leaves/ the chosen entries in base64.

    cp log/checkpoint checkpoint.txt
    grep -h '"index": {index},' leaves/{bundle}.jsonl | sed 's/.*"leaf": "\\([^"]*\\)".*/\\1/' | base64 -d > one.json
    tlog-tiles gen-proof ./log {index} > one.tlog-proof
"""
PYTHON = """    proofbundle verify-proof one.tlog-proof --payload-file one.json --log-vkey '{vkey}'
"""
GO = """    GO111MODULE=off GOPATH=/usr/share/gocode go run others/tlogcheck.go receipt one.tlog-proof one.json '{vkey}'
"""


@dataclass(frozen=True, slots=True)
class Told:
    """What a pack says of itself: origin and keys of its log, the present one last, the size, and how entries lie in it.

    `form` is whole, some or many. `lost` are its compromised keys, each as KEY@TIME.
    """

    origin: str
    vkeys: tuple[str, ...]
    size: int
    contents: str
    form: str
    lost: tuple[str, ...] = ()


def verify_text(told: Told, *, index: int, stamp: str) -> str:
    """The text. `index` is an entry as an example, `stamp` the place of a stamped checkpoint or nothing."""
    vkey = told.vkeys[-1]
    prepare = {"whole": WHOLE_PREPARE, "some": SOME_PREPARE, "many": MANY_PREPARE}[told.form]
    go = WHOLE_GO + GO if told.form == "whole" else GO
    trusted = "".join(f" --vkey '{key}'" for key in told.vkeys)
    return VERIFY.format(
        origin=told.origin,
        vkey=vkey,
        size=f"{told.size:,}",
        contents=told.contents,
        trusted=trusted + "".join(f" --compromised '{key}'" for key in told.lost),
        prepare=prepare.format(index=index, bundle=f"{index // 256:09d}"),
        python=PYTHON.format(vkey=vkey),
        go=go.format(vkey=vkey, index=index),
        stamp=STAMP.format(stamp=stamp) if stamp else "",
        key64=vkey.split("+", 2)[2],
    )
