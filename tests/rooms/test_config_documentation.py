"""Every setting is in the guide."""

from pathlib import Path

from assay.config.environment import VARIABLES

GUIDE = Path(__file__).resolve().parents[2] / "docs/guides/settings.md"


def test_the_guide_lists_every_setting_and_no_other() -> None:
    listed = [line.split("`")[1] for line in GUIDE.read_text(encoding="utf-8").splitlines() if line.startswith("| `")]
    assert sorted(listed) == sorted(VARIABLES)
