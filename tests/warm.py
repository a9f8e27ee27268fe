"""A process that has read the code of Assay once, and forks for each command: the same program in a process of its own,
without the second that reading its libraries takes.

It has imported what needs no settings. Everything that depends on environment, arguments, folder and database happens in
the child, which becomes the command and ends with its exit code. Tests of the start itself (another search path, a
limit, a signal, a kill) start cold.
"""

from __future__ import annotations

import array
import atexit
import gc
import importlib
import json
import os
import runpy
import socket
import subprocess
import sys
import traceback
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import IO, Any, NoReturn

ROOT = Path(__file__).parents[1]
LIBRARIES = (
    "django.core.management.commands.migrate", "django.core.serializers.json", "django.db.backends.sqlite3.base",
    "django.db.migrations.executor", "django.db.models", "django.forms", "django.http", "django.urls", "jinja2", "pydantic",
    "webauthn", "whitenoise",
)  # fmt: skip
OURS = (
    "assay.catalog",
    "assay.cli.main",
    "assay.client.pack",
    "assay.detect.measure",
    "assay.studio.importing",
    "assay.studio.pathways",
)


@cache
def _asked() -> socket.socket:
    """The socket by which the process is asked. It ends when the tests do."""
    here, there = socket.socketpair()
    command = [sys.executable, "-c", f"from tests import warm; warm.serve({there.fileno()})"]
    outside = ("ASSAY_", "DJANGO_", "PYTEST")
    environ = {name: value for name, value in os.environ.items() if not name.startswith(outside)}
    environ["PYTHONPATH"] = os.pathsep.join((str(ROOT / "src"), str(ROOT)))
    process = subprocess.Popen(command, env=environ, pass_fds=[there.fileno()], cwd=ROOT)
    there.close()
    atexit.register(process.wait)
    atexit.register(here.close)
    return here


def run(
    arguments: Sequence[str],
    *,
    environ: Mapping[str, str],
    cwd: Path | None,
    files: tuple[IO[bytes], IO[bytes], IO[bytes]],
    timeout: float,
    module: str = "assay",
) -> int:
    """Run `python -m module` with these files as its standard ones; return its exit code, or minus the signal that ended
    it. Raises TimeoutError."""
    told = {"module": module, "arguments": list(arguments), "environ": dict(environ), "cwd": str(cwd or Path.cwd())}
    order = json.dumps(told).encode()
    here, there = socket.socketpair()
    with here:
        with there:
            numbers = array.array("i", [there.fileno(), *(file.fileno() for file in files)])
            _asked().sendmsg([len(order).to_bytes(4, "big")], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, numbers)])
        _asked().sendall(order)
        here.settimeout(timeout)
        return int(here.recv(20))


def serve(number: int) -> None:
    """Read the code, then fork for each order until nobody is left to ask."""
    for name in (*LIBRARIES, *OURS):
        importlib.import_module(name)
    sys.modules["assay.catalog"].load_catalog()
    gc.freeze()  # so that no child copies what all of them share
    asked = socket.socket(fileno=number)
    while True:
        size, told, _flags, _address = asked.recvmsg(4, socket.CMSG_SPACE(4 * 4))
        if not size:
            return
        files = array.array("i")
        files.frombytes(told[0][2])
        order = json.loads(asked.recv(int.from_bytes(size, "big"), socket.MSG_WAITALL))
        keeper = os.fork()
        if keeper == 0:
            asked.close()
            _keep(order, list(files))
        for file in files:
            os.close(file)
        os.waitpid(keeper, 0)


def _keep(order: dict[str, Any], files: list[int]) -> None:
    """Have a child become the command; tell its exit code when it has ended. Returns in no process but by an exit."""
    answer, *standard = files
    command = os.fork()
    if command == 0:
        os.close(answer)
        _become(order, standard)
    _process, status = os.waitpid(command, 0)
    with socket.socket(fileno=answer) as there:
        there.sendall(str(os.waitstatus_to_exitcode(status)).encode())
    os._exit(0)


def _become(order: dict[str, Any], standard: list[int]) -> NoReturn:
    """What `python -m …` does in a new process."""
    for number, file in enumerate(standard):
        os.dup2(file, number)
        os.close(file)
    sys.stdin = open(0, encoding="utf-8")  # noqa: SIM115
    sys.stdout = open(1, "w", encoding="utf-8")  # noqa: SIM115
    sys.stderr = open(2, "w", encoding="utf-8", errors="backslashreplace", buffering=1)  # noqa: SIM115
    os.chdir(order["cwd"])
    os.environ.clear()
    os.environ.update(order["environ"])
    sys.argv = [order["module"], *order["arguments"]]
    code: object = 0
    try:
        runpy.run_module(order["module"], run_name="__main__", alter_sys=True)
    except SystemExit as end:
        code = end.code
    except BaseException:  # noqa: BLE001 — this is the end of a process, which says why
        traceback.print_exc()
        code = 1
    sys.exit(code)  # type: ignore[arg-type]
