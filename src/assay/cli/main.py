"""`assay …`: the commands, and the one place where an error becomes a message and an exit code."""

from __future__ import annotations

import errno
import os
import sqlite3
import sys
import tempfile
import traceback
from pathlib import Path
from typing import NoReturn

import typer
from typer.exceptions import TyperException

from assay.cli import (
    advise,
    audit,
    badge,
    bench,
    classify,
    demo,
    erase,
    export,
    inspect,
    items,
    ledger,
    ledger_key,
    ledger_out,
    ledger_time,
    pack,
    package,
    people,
    programme,
    publish,
    records,
    serve,
    system,
    witness,
)
from assay.core.errors import AssayError

STOPPED = 130
"""Exit code after Ctrl-C (128 and the number of SIGINT), which the library below also answers with."""
FREE_SPACE = "Free some space, then run the same command again; what was acknowledged is kept."

app = typer.Typer(
    name="assay",
    help="The AI management system (ISO/IEC 42001) that proves itself.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
app.command("demo")(demo.demo)
app.command("audit")(audit.audit)
app.command("classify")(classify.classify)
app.command("verify")(ledger.verify)
app.command("pack")(pack.pack)
app.command("serve")(serve.serve)
app.command("init")(serve.init)
app.command("surfaces")(inspect.surfaces)
app.command("detectors")(inspect.detectors)
app.command("sign-in-link")(people.sign_in_link)
app.command("token")(people.token)
app.command("worker")(serve.worker)
app.command("due")(system.due)
app.command("measure")(system.measure)
app.command("import-records")(records.import_records)
app.command("version")(inspect.version)
app.add_typer(bench.app, name="bench")
programme.app.command("advise")(advise.advise)
programme.app.command("package")(package.package)
programme.app.command("publish")(publish.publish)
programme.app.command("items")(items.items)
programme.app.command("badge")(badge.badge)
programme.app.command("badge-check")(badge.badge_verify)
app.add_typer(programme.app, name="programme")
app.add_typer(export.app, name="export")
ledger_out.app.add_typer(ledger_key.app, name="key")
ledger_out.app.add_typer(erase.retention, name="retention")
app.add_typer(ledger_time.app, name="ledger")
app.add_typer(witness.app, name="witness")


def run(arguments: list[str] | None = None) -> NoReturn:
    """Run the command line and leave the process with its exit code; no stack trace reaches the terminal."""
    try:
        result = app(args=arguments, standalone_mode=False)
        sys.stdout.flush()
        if result == STOPPED:
            raise KeyboardInterrupt
        sys.exit(result if isinstance(result, int) else 0)
    except typer.Exit as stop:
        sys.exit(stop.exit_code)
    except TyperException as error:
        _usage(error.format_message())
        sys.exit(2)
    except (typer.Abort, KeyboardInterrupt):
        _tell("Stopped.", "Nothing is half done; run the command again to go on.")
        sys.exit(STOPPED)
    except BrokenPipeError:
        # Nobody reads any more. What is still buffered must not be flushed into the closed pipe at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)
    except AssayError as error:
        _tell(str(error), error.hint)
        sys.exit(error.exit_code)
    except OSError as error:
        _tell(*_of_system(error))
        sys.exit(1)
    except Exception as error:  # noqa: BLE001  the edge of the program: a person gets a message, the details go to a file
        _tell(*_of_unexpected(error))
        sys.exit(1)


def _usage(message: str) -> None:
    """Say what was wrong with the arguments; a group called without a command answers with its help instead."""
    if message.lstrip().startswith("Usage:"):
        sys.stderr.write(message.rstrip() + "\n")
    else:
        _tell(message, "Run the command with --help to see what it takes.")


def _tell(message: str, hint: str) -> None:
    sys.stderr.write(f"assay: {message}\n")
    if hint:
        sys.stderr.write(f"  what to do: {hint}\n")


def _of_system(error: OSError) -> tuple[str, str]:
    place = f" ({error.filename})" if error.filename else ""
    if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        return f"The disk is full, or a limit on it is reached{place}.", FREE_SPACE
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return f"No permission to write or read{place}.", "Choose a data folder of your own with --data or ASSAY_DATA."
    if error.errno == errno.EADDRINUSE:
        return f"The port is taken{place}.", "Choose another one with --port."
    return f"The operating system refused: {error.strerror or error}{place}.", "Check the path and try again."


def _of_unexpected(error: BaseException) -> tuple[str, str]:
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, sqlite3.OperationalError) and "full" in str(cause):
            return "The disk is full.", FREE_SPACE
        if isinstance(cause, sqlite3.OperationalError) and "disk I/O" in str(cause):
            return "The disk refused to be written; it may be full, or broken.", FREE_SPACE
        if isinstance(cause, ModuleNotFoundError) and not (cause.name or "assay").startswith("assay"):
            return (
                f"The package {cause.name} is not installed, and this command needs it.",
                "Install assay[server], or run ./assay of a checkout, which brings everything.",
            )
        if isinstance(cause, sqlite3.OperationalError) and "readonly" in str(cause):
            return "The database cannot be written.", "Check who owns the data folder, or choose another with --data."
        cause = cause.__cause__ or cause.__context__
    with tempfile.NamedTemporaryFile(
        "w", prefix="assay-error-", suffix=".txt", delete=False, encoding="utf-8"
    ) as report:
        report.write("".join(traceback.format_exception(error)))
    name = Path(report.name)
    return f"Something unexpected happened ({type(error).__name__}).", f"Please report it with the file {name}."
