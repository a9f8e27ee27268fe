"""The committed models are what the script makes of the committed passages, words and code."""

from __future__ import annotations

import json
from typing import Any

import pytest

pytest.importorskip("sklearn")

from scripts.train_detect import model_text, prepared

from assay.detect.lexicon import DATA

pytestmark = pytest.mark.slow


@pytest.mark.req("P-12")
def test_training_from_the_committed_data_gives_the_committed_models() -> None:
    """Same signals and thresholds; a weight may differ by its last digit, because processors round differently."""
    committed: dict[str, Any] = json.loads((DATA / "model.json").read_text("utf-8"))["models"]
    made: dict[str, Any] = json.loads(model_text(prepared(), 0.3))["models"]
    assert set(made) == set(committed)
    for name, model in committed.items():
        weights, again = model.pop("weights"), made[name].pop("weights")
        assert {key: abs(model[key] - made[name][key]) <= 1 for key in model} == dict.fromkeys(made[name], True)
        signals = set(weights) | set(again)
        far = {
            s for s in signals if abs(weights.get(s, 0) - again.get(s, 0)) > (1 if s in weights and s in again else 3)
        }
        assert far == set()
