"""`assay witness …`: cosign the checkpoints of logs that continue what was seen, over HTTP or by files.

A witness belongs in another failure domain than the log: another machine, another administrator. Its folder holds a key,
one file of state per log, and `policy.txt` with a line `log <verifier key>` for each log that it watches.
"""

from __future__ import annotations

import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from assay.client.keyfile import keyfile_create, keyfile_load
from assay.client.witness import Witness
from assay.core.errors import UsageError
from assay.core.note import COSIGNATURE_V1, Ed25519Signer, VerifierKey

if TYPE_CHECKING:
    from assay.client.witness import Answer

app = typer.Typer(help="Cosign checkpoints as a witness.", no_args_is_help=True)
KEY, NAME, POLICY, STATE = "witness-key.pem", "name.txt", "policy.txt", "state"
LARGEST_REQUEST = 64 * 1024
Folder = Annotated[Path, typer.Argument(help="The folder of the witness.")]


@app.command("init")
def init(folder: Folder, name: Annotated[str, typer.Option(help="Name of the witness, such as a host name.")]) -> None:
    """Make a witness: its folder and key. Prints the verifier key that users of the log put into their policy."""
    keyfile_create(folder / KEY)
    (folder / NAME).write_text(f"{name}\n", encoding="utf-8")
    (folder / POLICY).touch()
    typer.echo(_signer(folder).verifier.text)


@app.command("watch")
def watch(folder: Folder, vkey: Annotated[str, typer.Argument(help="Verifier key of the log.")]) -> None:
    """Watch one more log."""
    key = VerifierKey.parse(vkey)
    if key.name in _logs(folder):
        raise UsageError(f"The log {key.name} is watched already.", hint=f"Look into {folder / POLICY}.")
    with (folder / POLICY).open("a", encoding="utf-8") as file:
        file.write(f"log {key.text}\n")


@app.command("cosign")
def cosign(
    folder: Folder, request: Annotated[Path, typer.Argument(help="A file made by assay ledger witness-request.")]
) -> int:
    """Answer one request that came as a file: prints the cosignature, or says why not and leaves with 1."""
    answer = witness_of(folder).answer(request.read_bytes(), at=int(time.time()))
    typer.echo(answer.body, nl=False, err=answer.status != 200)
    return 0 if answer.status == 200 else 1


@app.command("serve")
def serve(
    folder: Folder,
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port to listen on.", min=0, max=65535)] = 8010,
) -> None:
    """Answer `POST /add-checkpoint` (C2SP tlog-witness) until stopped."""
    server = server_of(witness_of(folder), host, port)
    typer.echo(f"Witness {_signer(folder).name} on http://{host}:{server.server_address[1]}/add-checkpoint")
    try:
        server.serve_forever()
    finally:
        server.server_close()


def witness_of(folder: Path) -> Witness:
    """The witness that lives in `folder`. Raises UsageError if there is none."""
    if not (folder / NAME).is_file():
        raise UsageError(f"{folder} holds no witness.", hint="Make one with assay witness init.")
    return Witness(folder / STATE, _signer(folder), _logs(folder))


def server_of(witness: Witness, host: str, port: int) -> ThreadingHTTPServer:
    """An HTTP server for `witness`, bound and not yet running."""

    class Handler(BaseHTTPRequestHandler):
        timeout = 30

        def do_POST(self) -> None:
            length = self.headers.get("Content-Length", "")
            if self.path != "/add-checkpoint":
                self._say(404, "There is only /add-checkpoint.\n", "text/plain; charset=utf-8")
            elif not length.isdigit() or int(length) > LARGEST_REQUEST:
                self._say(413, "The request is too large.\n", "text/plain; charset=utf-8")
            else:
                answer: Answer = witness.answer(self.rfile.read(int(length)), at=int(time.time()))
                self._say(answer.status, answer.body, answer.media_type)

        def _say(self, status: int, body: str, media_type: str) -> None:
            data = body.encode("utf-8")
            self.send_response(status)
            self.send_header("Content-Type", media_type)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing: the state of each log is the record."""

    return ThreadingHTTPServer((host, port), Handler)


def _signer(folder: Path) -> Ed25519Signer:
    name = (folder / NAME).read_text(encoding="utf-8").strip()
    return Ed25519Signer(name, keyfile_load(folder / KEY), kind=COSIGNATURE_V1)


def _logs(folder: Path) -> dict[str, list[VerifierKey]]:
    found: dict[str, list[VerifierKey]] = {}
    for line in (folder / POLICY).read_text(encoding="utf-8").splitlines():
        words = line.split("#")[0].split()
        if words[:1] == ["log"] and len(words) >= 2:
            key = VerifierKey.parse(words[1])
            found.setdefault(key.name, []).append(key)
    return found
