"""The link to a server is printed once somebody answers there, not before."""

import socket
import threading
import time

import pytest

from assay.cli.serve import announce


@pytest.mark.parametrize("host", ["127.0.0.1", "0.0.0.0"])
def test_the_address_is_printed_when_the_server_answers(host: str, capsys: pytest.CaptureFixture[str]) -> None:
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        port = server.getsockname()[1]
        waiting = threading.Thread(target=announce, args=(host, port, f"http://127.0.0.1:{port}"), daemon=True)
        waiting.start()
        time.sleep(0.2)
        assert waiting.is_alive()
        assert capsys.readouterr().out == ""
        server.listen()
        waiting.join(timeout=10)
        assert capsys.readouterr().out == f"http://127.0.0.1:{port}\n"
