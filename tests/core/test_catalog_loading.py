"""The catalog loads completely, resolves every reference, and refuses malformed files at the line."""

import re
import shutil
import time
from pathlib import Path

import pytest

from assay.catalog import load_catalog, load_families
from assay.catalog.families import DATA
from assay.core.errors import InvalidInput
from tests.families import by_turns

CATALOG = load_catalog()


@pytest.fixture
def folder(tmp_path):
    target = tmp_path / "data"
    shutil.copytree(DATA, target)
    return target


def spoil(folder: Path, file: str, old: str, new: str) -> int:
    """Replace the first `old` in a data file and return the line it stood on."""
    path = folder / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return text[: text.index(old)].count("\n") + 1


@pytest.mark.req("M-01")
def test_the_counts_are_those_of_the_standard():
    assert len(CATALOG.obligations) == 119
    assert len(CATALOG.controls) == 38
    assert len(CATALOG.documented_information) == 22
    assert len(CATALOG.families) == 50
    assert len(CATALOG.domains) == 9
    assert [clause.number for clause in CATALOG.clauses if clause.level == 1] == ["4", "5", "6", "7", "8", "9", "10"]
    assert len(CATALOG.items_of("iso27001", "control")) == 93
    assert len(CATALOG.items_of("nist_ai_rmf", "subcategory")) == 72


@pytest.mark.req("M-01")
def test_every_id_is_unique_across_the_catalog():
    ids = [item.id for item in CATALOG.items]
    assert len(ids) == len(set(ids))
    assert len({entry.id for entry in CATALOG.crosswalk}) == len(CATALOG.crosswalk) == 609


@pytest.mark.req("M-01")
def test_every_crosswalk_entry_resolves_at_both_ends():
    for entry in CATALOG.crosswalk:
        assert CATALOG.item(entry.source).framework == "iso42001"
        assert entry.target is None or CATALOG.item(entry.target).framework == entry.framework


@pytest.mark.req("M-01")
def test_every_control_and_leaf_clause_is_crosswalked_to_each_framework():
    wanted = [control.id for control in CATALOG.controls] + [clause.id for clause in CATALOG.clauses if clause.leaf]
    frameworks = {entry.framework for entry in CATALOG.crosswalk}
    assert len(frameworks) == 5
    missing = [
        (ident, framework) for ident in wanted for framework in frameworks if not CATALOG.crosswalk_of(ident, framework)
    ]
    assert missing == []


def test_every_parent_exists_and_comes_first():
    seen = set()
    for item in CATALOG.items:
        assert item.parent is None or item.parent in seen
        seen.add(item.id)


def test_all_patterns_compile_and_find_the_plain_name_of_their_family():
    for family in load_families().families:
        found = [pattern for pattern in family.patterns if re.search(pattern, f"see {family.name} for it")]
        assert found, family.id


def test_the_families_load_fast_enough_for_a_filter():
    taken = []
    for _ in range(5):
        started = time.process_time()  # of this process alone, whatever else the machine does
        load_families(DATA / "standards_families.yaml")
        taken.append(time.process_time() - started)
    assert min(taken) < 0.060


def test_the_packaged_catalog_is_read_once():
    assert load_catalog() is CATALOG
    assert load_families() is load_families()


def test_another_folder_loads_to_an_equal_catalog(folder):
    other = load_catalog(folder)
    assert other == CATALOG
    assert other is not CATALOG


MALFORMED = [
    ("iso42001.yaml", "{id: 4.1-02, text:", "{id: 4.1-01, text:", "stands here twice"),
    ("iso42001.yaml", '{id: 4.1-03, text: "', '{id: 4.1-03, txt: "', "not known here"),
    ("iso42001.yaml", "{id: 5.1-04,", "{id: 5.2-94,", "stands under clause"),
    ("iso42001.yaml", "owner: top_management", "owner: nobody", "owner_roles"),
    ("iso42001.yaml", "counts: {clauses: 7, controls: 38,", "counts: {clauses: 7, controls: 39,", "says 39"),
    ("iso42001.yaml", '{id: DI-02, clause: "4.4"', '{id: DI-02, clause: "4.9"', "not a clause"),
    ("iso42001.yaml", '{id: DI-03, clause: "5.2", kind: document', '{id: DI-03, clause: "5.2", kind: paper', "kind"),
    ("iso42001.yaml", '      - id: "4.2"', "      - id: 4.2", "put it in quotes"),
    ("crosswalk.yaml", 'target: "iso27001:4.1"', 'target: "iso27001:4.99"', "does not have"),
    ("crosswalk.yaml", 'source: "iso42001:4.1", framework: "iso9001"', 'source: "iso42001:41", framework: "iso9001"',
      "source"),
    ("crosswalk.yaml", 'relation: "superset"', 'relation: "bigger"', "relation"),
    ("crosswalk.yaml", '{id: "XW-002"', '{id: "XW-001"', "twice"),
    ("crosswalk.yaml", 'target: "iso27701:4.1"', "target: null", "no-relationship"),
    ("iso27001.yaml", '- {id: "4.1", title', '- {id: "4", title', "twice"),
    ("eu_ai_act.yaml", "who: [provider, deployer], tier: all", "who: [passer-by], tier: all", "passer-by"),
    ("eu_ai_act.yaml", "obligations: [AIA-5]", "obligations: [AIA-500]", "AIA-500"),
    ("iso23894_lifecycle.yaml", "di: DI-04}", "di: DI-99}", "DI-99"),
    ("iso23894_lifecycle.yaml", 'iso42001: ["4.1", "6.1.1"]', 'iso42001: ["4.1", "6.1.9"]', "6.1.9"),
    ("iso42005.yaml", "depth: full", "deepness: full", "not known"),
    ("standards_families.yaml", 'confusable_with: ["iso42005"', 'confusable_with: ["iso4200"', "iso4200"),
    ("standards_families.yaml", 'relation_to_42001: "native"', 'relation_to_42001: "own"', "relation_to_42001"),
    ("standards_families.yaml", '"(?i)\\\\bAIMS standard\\\\b"', '"(?i)\\\\bAIMS (standard\\\\b"', "does not compile"),
    ("standards_families.yaml", "harmonized_structure: true", 'harmonized_structure: "maybe"', "true or false"),
    ("standards_families.yaml", '["ai management system", "aims"', '["AI management system", "aims"', "lower case"),
    ("standards_families.yaml", "count: 50", "count: 51", "says 51"),
    ("nist_ai_rmf.yaml", '- {id: "GOVERN", title: "Govern"}', '- {id: "GOVERN", title: "Govern"', "not valid YAML"),
    ("iso9001.yaml", 'title: "Leadership"', 'title: ""', "empty"),
]  # fmt: skip


@pytest.mark.req("M-01")
@pytest.mark.parametrize(("file", "old", "new", "reason"), by_turns(MALFORMED, 3))
def test_a_malformed_file_is_refused_with_file_line_and_reason(folder, file, old, new, reason):
    line = spoil(folder, file, old, new)
    with pytest.raises(InvalidInput) as caught:
        load_catalog(folder)
    assert caught.value.file == file
    assert reason in str(caught.value)
    assert f"{file}, line {caught.value.line}" in str(caught.value)
    # At the fault, at the head of the block it stands in, or where the parser noticed it.
    assert -2 <= caught.value.line - line <= 1 or reason in ("says 51", "source")


@pytest.mark.parametrize(
    ("content", "reason"),
    [(b"", "empty"), (b"- a\n- b\n", "a list"), (b"\xff\xfe\x00", "not valid YAML"), (b"a: 1\na: 2\n", "twice"),
     (b"a: !!python/object/apply:os.system ['true']\n", "not known")],
)  # fmt: skip
def test_a_file_that_is_no_mapping_is_refused(folder, content, reason):
    (folder / "standards_families.yaml").write_bytes(content)
    with pytest.raises(InvalidInput, match=reason):
        load_catalog(folder)


def test_a_missing_file_is_named(folder):
    (folder / "iso9001.yaml").unlink()
    with pytest.raises(InvalidInput, match=r"iso9001\.yaml, line 1: the file cannot be read"):
        load_catalog(folder)
