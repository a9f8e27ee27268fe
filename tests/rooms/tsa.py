"""A time authority made with OpenSSL: a root, a certificate for time stamps, and a service over HTTP (RFC 3161)."""

import shutil
import subprocess
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

OPENSSL = shutil.which("openssl")
CONFIG = """
[req]
distinguished_name = name
[name]
[root]
basicConstraints = critical,CA:TRUE
keyUsage = critical,keyCertSign
[stamps]
basicConstraints = critical,CA:FALSE
keyUsage = critical,digitalSignature
extendedKeyUsage = critical,timeStamping
[tsa]
default_tsa = here
[here]
serial = {folder}/serial
signer_cert = {folder}/tsa.pem
signer_key = {folder}/tsa.key
certs = {folder}/root.pem
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256, sha512
ess_cert_id_chain = no
ess_cert_id_alg = sha256
"""


@dataclass
class TimeAuthority:
    """A running authority: its address, its root, and the last request; `broken` makes it refuse."""

    folder: Path
    url: str = ""
    broken: bool = False

    @property
    def root(self) -> Path:
        return self.folder / "root.pem"

    def answer(self, query: bytes) -> bytes:
        """The DER answer to a DER request."""
        with tempfile.TemporaryDirectory() as place:
            asked, out = Path(place) / "asked.tsq", Path(place) / "out.tsr"
            asked.write_bytes(b"nonsense" if self.broken else query)
            config = str(self.folder / "openssl.cnf")
            run("ts", "-reply", "-config", config, "-queryfile", str(asked), "-out", str(out))
            return out.read_bytes()


def run(*arguments: str) -> str:
    """One openssl command, which has to succeed."""
    assert OPENSSL is not None
    done = subprocess.run([OPENSSL, *arguments], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def made(folder: Path, name: str = "Time of test") -> TimeAuthority:
    """Keys and certificates of an authority in `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    config = folder / "openssl.cnf"
    config.write_text(CONFIG.format(folder=folder))
    (folder / "serial").write_text("01\n")
    new = ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "30", "-config"]
    root = ["-keyout", str(folder / "root.key"), "-out", str(folder / "root.pem")]
    run(*new, str(config), "-extensions", "root", "-subj", f"/CN={name} root", *root)
    issued = ["-CA", str(folder / "root.pem"), "-CAkey", str(folder / "root.key")]
    leaf = ["-keyout", str(folder / "tsa.key"), "-out", str(folder / "tsa.pem")]
    run(*new, str(config), "-extensions", "stamps", "-subj", f"/CN={name}", *issued, *leaf)
    return TimeAuthority(folder)


@contextmanager
def serving(authority: TimeAuthority) -> Iterator[TimeAuthority]:
    """The authority as a service, while the block runs."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            assert self.headers["Content-Type"] == "application/timestamp-query"
            data = authority.answer(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(200)
            self.send_header("Content-Type", "application/timestamp-reply")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    authority.url = f"http://127.0.0.1:{server.server_address[1]}/"
    try:
        yield authority
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
