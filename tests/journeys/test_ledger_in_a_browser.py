"""The ledger in a browser: an entry checked there with WebCrypto on the published vectors, and the log followed live."""

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.journeys.conftest import Example, Opener

pytestmark = [pytest.mark.journey]
VECTORS = Path(__file__).parents[1] / "conformance" / "vectors"
PROOF, CHECKPOINT = (json.loads((VECTORS / f"{name}.json").read_text("utf-8")) for name in ("proof", "checkpoint"))

PROVE = """async ([url, cases]) => {
  const { verifyProof } = await import(url);
  const said = [];
  for (const { proof, leaf, keys } of cases) {
    try {
      const head = await verifyProof({ proof, leaf: new TextEncoder().encode(leaf), keys });
      said.push(`${head.size} ${head.witnesses.map((one) => one.time)}`);
    } catch (error) { said.push(`refused: ${error.message}`); }
  }
  return said;
}"""
OPEN = """async ([url, notes, keys]) => {
  const { openCheckpoint, parseKey } = await import(url);
  const known = await Promise.all(keys.map(parseKey));
  const said = [];
  for (const note of notes) {
    try { said.push(String((await openCheckpoint(note, known)).size)); } catch (error) { said.push(`refused: ${error.message}`); }
  }
  return said;
}"""


def script(page: Any) -> str:
    return str(page.locator("script[src*='verify']").get_attribute("src"))


@pytest.mark.req("L-06")
def test_the_browser_agrees_with_the_published_vectors(visit: Opener) -> None:
    page = visit("/ledger/0")
    keys = [PROOF["log"], PROOF["witness"]]
    good = [{"proof": case["proof"], "leaf": case["entry"], "keys": keys} for case in PROOF["accepted"]]
    good.append({"proof": PROOF["accepted_with_extra"], "leaf": "entry 4", "keys": keys})
    assert page.evaluate(PROVE, [script(page), good]) == ["11 1700000000"] * len(good)
    refused = [{"proof": proof, "leaf": "entry 4", "keys": keys} for proof in PROOF["refused_for_entry_4"].values()]
    accepted = PROOF["accepted"][4]["proof"]
    refused.append({"proof": accepted, "leaf": "entry 5", "keys": keys})
    refused.append({"proof": accepted, "leaf": "entry 4", "keys": [CHECKPOINT["vkeys"]["log-next"]]})
    refused += [
        {"proof": accepted[:at] + accepted[at + 1 :], "leaf": "entry 4", "keys": keys}
        for at in range(0, accepted.rindex("\u2014"), 9)  # a signature of an unknown witness is left aside
    ]
    said = page.evaluate(PROVE, [script(page), refused])
    assert [each for each in said if not each.startswith("refused: ")] == []


def test_the_browser_judges_checkpoints_as_the_vectors_say(visit: Opener) -> None:
    page = visit("/ledger/0")
    log, witness = CHECKPOINT["vkeys"]["log"], CHECKPOINT["vkeys"]["witness"]
    good = [CHECKPOINT["signed"], CHECKPOINT["signed_by_both_keys"], CHECKPOINT["cosigned"], CHECKPOINT["empty"]]
    assert page.evaluate(OPEN, [script(page), good, [log, witness]]) == ["11", "11", "11", "0"]
    bad = [*CHECKPOINT["refused"].values(), *CHECKPOINT["cosignature_refused"].values()]
    said = page.evaluate(OPEN, [script(page), bad, [log, witness]])
    assert [each for each in said if not each.startswith("refused: ")] == []


@pytest.mark.parametrize("width", [360, 1440])
def test_an_entry_is_checked_on_its_own_page(visit: Opener, width: int) -> None:
    page = visit("/ledger/7", width=width)
    page.get_by_role("button", name="Check", exact=True).click()
    said = page.locator("[data-verify-said]")
    page.wait_for_selector("[data-verify][data-state=good]")
    assert re.search(
        r"Checked here: the [\d,]+ bytes of entry 7 lead by \d+ hashes to the root over", said.inner_text()
    )
    other = PROOF["log"]
    page.get_by_label(re.compile("Verifier keys")).fill(other)
    page.get_by_role("button", name="Check", exact=True).click()
    page.wait_for_selector("[data-verify][data-state=wrong]")
    assert "No signature is of the key that you trust" in said.inner_text()


def test_what_the_server_answers_is_not_believed(visit: Opener) -> None:
    page = visit("/ledger/7")
    page.route("**/ledger/7/leaf", lambda route: route.fulfill(body=b'{"another":"leaf"}'))
    page.get_by_role("button", name="Check", exact=True).click()
    page.wait_for_selector("[data-verify][data-state=wrong]")
    assert "does not lead to the root" in page.locator("[data-verify-said]").inner_text()


def test_the_log_is_followed_live_and_without_scripts_by_asking_again(visit: Opener, example: Example) -> None:
    page = visit("/ledger")
    newest = page.locator("tbody[data-tail] tr").first.get_attribute("data-event")
    page.get_by_role("button", name="Follow the log").click()
    # Somebody else does something: a command line on the same data folder.
    command = [sys.executable, "-m", "assay", "sign-in-link", "--origin", example.address]
    subprocess.run(command, env=example.environment, check=True, capture_output=True, timeout=60)
    page.wait_for_selector("tbody[data-tail] tr[data-fresh]", timeout=20_000)
    assert page.locator("tbody[data-tail] tr").first.get_attribute("data-event") != newest
    assert "new entr" in page.locator("[data-follow-said]").inner_text()
    page.get_by_role("button", name="Stop following").click()
    plain = visit("/ledger?follow=1", java_script_enabled=False)
    assert plain.locator("noscript meta[http-equiv=refresh]").count() or "refresh" in plain.content()
