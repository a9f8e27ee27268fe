"""A serving process has its pages loaded before the first request."""

import subprocess
import sys
from pathlib import Path

from tests.command import environment

SCRIPT = """
import sys
from assay.config.boot import setup
from pathlib import Path
setup(data=Path(sys.argv[1]), create=True)
import assay.config.wsgi
print(sorted(each for each in sys.modules if each in ("assay.reports.pages.detectors", "assay.registers.pages.soa")))
"""


def test_the_pages_are_imported_with_the_application(tmp_path: Path) -> None:
    ran = subprocess.run(
        [sys.executable, "-c", SCRIPT, str(tmp_path / "data")],
        env=environment(),
        capture_output=True,
        text=True,
        check=True,
    )
    assert ran.stdout.strip() == "['assay.registers.pages.soa', 'assay.reports.pages.detectors']"
