"""An OpenAI-compatible server on the loopback that misbehaves as it is told, and remembers what it was asked."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

SPOILT = {
    "malformed": '{"title": "half',
    "prose": "Certainly! I would be glad to help.",
    "wrong-schema": '{"title": "x"}',
}
Answer = Callable[[dict[str, Any]], str]


class Provider:
    """`script` holds what to do for the next calls: "ok", "429", "500", "401", "slow", "truncated", "malformed", "prose",
    "wrong-schema"; after its end everything is ok. `answer` gives the text of a good answer."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer
        self.script: list[str] = []
        self.asked: list[dict[str, Any]] = []
        self.keys: list[str] = []
        self.idempotency: list[str] = []
        self.url = ""

    def act(self) -> str:
        return self.script.pop(0) if self.script else "ok"


@contextmanager
def provider(answer: Answer) -> Iterator[Provider]:
    """Run the server until the block ends."""
    told = Provider(answer)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *arguments: object) -> None:
            """Stay silent."""

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            told.asked.append(body)
            told.keys.append(self.headers.get("Authorization", ""))
            told.idempotency.append(self.headers.get("Idempotency-Key", ""))
            act = told.act()
            if act in SPOILT:
                self.send(200, reply(SPOILT[act]))
                return
            if act.isdigit():
                self.send(int(act), b'{"error": {"message": "no", "type": "x", "code": null}}')
                return
            if act == "slow":
                time.sleep(1.5)
            whole = reply(told.answer(body))
            self.send(200, whole[: len(whole) // 2] if act == "truncated" else whole, length=len(whole))
            self.close_connection = act == "truncated"

        def send(self, status: int, body: bytes, length: int | None = None) -> None:
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body) if length is None else length))
            self.end_headers()
            try:
                self.wfile.write(body)
            except (BrokenPipeError, ConnectionResetError):
                return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    told.url = f"http://127.0.0.1:{server.server_port}/v1"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield told
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def reply(text: str) -> bytes:
    """A chat completion with this text."""
    return json.dumps(
        {
            "id": "c1", "object": "chat.completion", "created": 1, "model": "test",
            "choices": [{"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": text}}],
            "usage": {"prompt_tokens": 11, "completion_tokens": 7, "total_tokens": 18},
        }
    ).encode()  # fmt: skip
