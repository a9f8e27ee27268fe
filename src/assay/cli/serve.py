"""`assay init`, `assay serve`, `assay worker`: the processes that stay."""

from __future__ import annotations

import multiprocessing
import os
import socket
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path
from typing import Annotated

import typer

from assay.cli.start import DATA_HELP, owner, ready, sequence, utc_now
from assay.core.errors import UsageError

STOP_WITHIN = 3
"""Seconds for requests at hand after Ctrl-C; a browser that keeps its connection open would else hold the server for ever."""


def init(data: Annotated[Path | None, typer.Option(help=DATA_HELP)] = None) -> None:
    """Create the data folder, database, signing key and local owner, each only if missing."""
    folder = ready(data)
    now = utc_now()
    owner(now)
    sequence(now)
    typer.echo(f"Ready: {folder}")


def serve(
    data: Annotated[Path | None, typer.Option(help=DATA_HELP)] = None,
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port to listen on.", min=1, max=65535)] = 8000,
) -> None:
    """Serve the pages and the HTTP API, sequence the ledger and run background jobs."""
    require_free(host, port)
    reached_at(host, port)
    ready(data)
    run_server(host, port, f"http://{f'[{host}]' if ':' in host else host}:{port}   (to sign in: assay sign-in-link)")


def worker(data: Annotated[Path | None, typer.Option(help=DATA_HELP)] = None) -> None:
    """Run background jobs in this process, beside a server on the same database."""
    ready(data)
    from assay.jobs.worker import run

    run(stop=threading.Event())


def require_free(host: str, port: int) -> None:
    """Return if the port can be bound now. Raises UsageError naming it."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise UsageError(
                f"Port {port} on {host} cannot be used: {error.strerror}.",
                hint=f"Choose another one, for example --port {port + 1 if port < 65535 else 8000}.",
            ) from error


def reached_at(host: str, port: int) -> None:
    """Let links that the server hands out lead back to it, unless ASSAY_ORIGIN says where people reach it."""
    if host not in ("", "0.0.0.0", "::"):  # noqa: S104  all addresses are no address to go to
        name = f"[{host}]" if ":" in host else host
        os.environ.setdefault("ASSAY_ORIGIN", f"http://{name}:{port}")


def announce(host: str, port: int, words: str) -> None:
    """Print `words` once somebody answers at the address: a link that is followed before would be refused."""
    near = {"": "127.0.0.1", "0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104  asked, not bound
    while True:
        with suppress(OSError), socket.create_connection((near, port), timeout=1):
            break
        time.sleep(0.05)
    typer.echo(words)
    sys.stdout.flush()


def run_server(host: str, port: int, words: str) -> None:
    """Serve until stopped: the application in its own process, the integrator and the jobs in this one.

    `words` are printed as soon as the server answers.
    """
    from granian import Granian
    from granian.constants import Interfaces

    from assay.jobs.worker import run as run_jobs
    from assay.ledger.integrator import Integrator

    # A process forked beside the threads below would inherit a database library whose locks another thread may hold.
    multiprocessing.set_start_method("spawn", force=True)
    stop = threading.Event()
    integrator = Integrator()
    integrator.start()
    jobs = threading.Thread(target=run_jobs, kwargs={"stop": stop}, name="jobs", daemon=True)
    jobs.start()
    threading.Thread(target=announce, args=(host, port, words), name="announce", daemon=True).start()
    try:
        Granian(
            "assay.config.wsgi:application",
            address=host,
            port=port,
            interface=Interfaces.WSGI,
            blocking_threads=4,
            workers_kill_timeout=STOP_WITHIN,
            respawn_failed_workers=True,  # else one killed process ends the server, and every connection is refused
            log_enabled=False,
        ).serve()
    finally:
        stop.set()
        jobs.join(timeout=10)
        integrator.stop()
