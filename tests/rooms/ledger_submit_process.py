"""Sixty-four threads that submit evidence in one process, on the data folder given; prints every acknowledged event.

python -m tests.rooms.ledger_submit_process FOLDER THREADS EACH
"""

import os
import sys
import threading
from pathlib import Path

from assay.config import boot


def main(folder: str, threads: str, each: str) -> None:
    boot.setup(data=Path(folder), create=True)
    from assay.ledger.submitter import Submitter  # noqa: PLC0415

    submitter = Submitter()
    submitter.start()

    def submit(name: int) -> None:
        for number in range(int(each)):
            event = submitter.submit(
                log="trial", kind="evidence.opened", subject=f"case:{name}-{number}", actor="p-1", body={"n": number}
            )
            os.write(1, f"{event}\n".encode())

    running = [threading.Thread(target=submit, args=(number,)) for number in range(int(threads))]
    for thread in running:
        thread.start()
    for thread in running:
        thread.join()
    submitter.stop()


if __name__ == "__main__":
    main(*sys.argv[1:])
