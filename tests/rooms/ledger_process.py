"""A process that works on a data folder, for tests that start several and kill them.

    python -m tests.rooms.ledger_process FOLDER prepare
    python -m tests.rooms.ledger_process FOLDER write NAME COUNT     prints each event id once its commit returned
    python -m tests.rooms.ledger_process FOLDER integrate            prints how many entries were sequenced
    python -m tests.rooms.ledger_process FOLDER serve SECONDS        runs an integrator
    python -m tests.rooms.ledger_process FOLDER verify               prints the number of differences, then each
    python -m tests.rooms.ledger_process FOLDER check                fails if this installation may not serve

Settings come from ASSAY_DATA and ASSAY_DATABASE_URL.
"""

import os
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

from assay.config import boot

LOG = "trial"


def main(folder: str, what: str, *arguments: str) -> None:
    boot.setup(data=Path(folder), create=True)
    from django.db import transaction  # noqa: PLC0415

    from assay.config import prepare  # noqa: PLC0415
    from assay.ledger import live, services, startup  # noqa: PLC0415
    from assay.ledger.integrator import Integrator  # noqa: PLC0415

    now = datetime.now(UTC)
    if what == "prepare":
        prepare.migrate()
        services.log_open(log=LOG, origin="assay.test/trial/1", now=now)
        services.integrate(now=now)
    elif what == "integrate":
        print(services.integrate(now=now), flush=True)
    elif what == "check":
        startup.startup_check()
    elif what == "verify":
        report = live.verify_live()
        print(
            len(report.differences), *(difference.to_json() for difference in report.differences), sep="\n", flush=True
        )
    elif what == "serve":
        integrator = Integrator()
        integrator.start()
        print("serving", flush=True)
        time.sleep(float(arguments[0]))
        integrator.stop()
    elif what == "write":
        name, count = arguments[0], int(arguments[1])
        integrator = Integrator()
        integrator.start()
        for number in range(count):
            with transaction.atomic():
                event = services.append(
                    log=LOG,
                    kind="artefact.imported",
                    subject=f"artefact:{name}-{number}",
                    actor=f"p-{name}",
                    body={"name": name, "number": number},
                    now=datetime.now(UTC),
                )
            os.write(1, f"{event}\n".encode())
        integrator.stop()


if __name__ == "__main__":
    main(*sys.argv[1:])
