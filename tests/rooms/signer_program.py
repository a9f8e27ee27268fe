"""A signer as somebody else may write it, from docs/formats/signer.md alone: `assay-signer/1` over lines or over HTTP.

python signer_program.py FOLDER                 lines on standard input and output
python signer_program.py FOLDER --http SECRET   a service; prints its port
A file `mood` in FOLDER makes it misbehave: refuse, garbage, hang, die-once, other-key.
"""

import base64
import json
import os
import sys
import time
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey


def answer(folder: Path, line: bytes) -> bytes:
    asked = json.loads(line)
    mood = (folder / "mood").read_text() if (folder / "mood").exists() else ""
    if mood == "die-once":
        (folder / "mood").unlink()
        os._exit(3)
    if mood == "hang":
        time.sleep(60)
    if mood == "garbage":
        return b"not json\n"
    if mood == "refuse" or asked["protocol"] != "assay-signer/1":
        return json.dumps({"error": "not today"}).encode() + b"\n"
    place = folder / asked["name"]
    if asked["op"] == "create":
        place.write_bytes(Ed25519PrivateKey.generate().private_bytes_raw())
    key = Ed25519PrivateKey.from_private_bytes(place.read_bytes())
    if mood == "other-key":
        key = Ed25519PrivateKey.generate()
    if asked["op"] == "sign":
        value = {"signature": base64.b64encode(key.sign(base64.b64decode(asked["message"]))).decode()}
    else:
        value = {"public": base64.b64encode(key.public_key().public_bytes_raw()).decode()}
    return json.dumps(value).encode() + b"\n"


def serve(folder: Path, secret: str) -> None:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            allowed = self.headers.get("Authorization") == f"Bearer {secret}"
            body = self.rfile.read(int(self.headers["Content-Length"]))
            data = answer(folder, body) if allowed else b'{"error": "who are you?"}\n'
            self.send_response(200 if allowed else 401)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    print(server.server_address[1], flush=True)
    server.serve_forever()


if __name__ == "__main__":
    if sys.argv[2:]:
        serve(Path(sys.argv[1]), sys.argv[3])
    for each in sys.stdin.buffer:
        sys.stdout.buffer.write(answer(Path(sys.argv[1]), each))
        sys.stdout.buffer.flush()
