"""Look-ups over the catalog answer with what the data say."""

import pytest

from assay.catalog import load_catalog
from assay.catalog.ai_act import Duty
from assay.catalog.records import Clause, Control, DocumentedInformation, Item, Obligation
from assay.core.errors import NotFound

CATALOG = load_catalog()


@pytest.mark.parametrize(
    ("ident", "kind"),
    [
        ("iso42001:A.6.2.4", Control),
        ("iso42001:6.1.2", Clause),
        ("iso42001:6.1.2-03", Obligation),
        ("iso42001:DI-07", DocumentedInformation),
        ("eu_ai_act:AIA-4", Duty),
        ("iso27001:A.5.1", Item),
        ("iso14001@2015:6.1.2", Item),
    ],
)
def test_an_id_leads_to_the_record_of_its_kind(ident, kind):
    found = CATALOG.by_id(ident)
    assert isinstance(found, kind)
    assert found.id == ident


def test_an_unknown_id_is_not_found():
    with pytest.raises(NotFound):
        CATALOG.by_id("iso42001:A.99")
    with pytest.raises(NotFound):
        CATALOG.framework("iso99999")
    with pytest.raises(NotFound):
        CATALOG.family_set.by_id("iso99999")


def test_the_clause_tree_adds_up_to_all_obligations():
    tree = CATALOG.clause_tree()
    assert sum(total for clause, total in tree if clause.level == 1) == 119
    assert [clause.number for clause, _ in tree][:3] == ["4", "4.1", "4.2"]


def test_obligations_of_a_clause_include_those_below_it_and_no_others():
    assert {duty.clause for duty in CATALOG.obligations_of("6.1")} == {f"iso42001:6.1.{n}" for n in (1, 2, 3, 4)}
    assert CATALOG.obligations_of("6.1", below=False) == ()
    assert {duty.clause for duty in CATALOG.obligations_of("10")} == {"iso42001:10.1", "iso42001:10.2"}
    assert all(duty.clause == "iso42001:4.1" for duty in CATALOG.obligations_of("iso42001:4.1"))


def test_a_crosswalk_link_turns_its_relation_when_read_from_the_other_end():
    outward = next(link for link in CATALOG.crosswalk_of("iso42001:4.1", "iso27001") if link.there == "iso27001:4.1")
    inward = next(link for link in CATALOG.crosswalk_of("iso27001:4.1") if link.there == "iso42001:4.1")
    assert (outward.relation, outward.outward) == ("superset", True)
    assert (inward.relation, inward.outward) == ("subset", False)


def test_search_finds_by_number_first_and_by_all_words():
    assert CATALOG.search("A.6.2.4")[0].id == "iso42001:A.6.2.4"
    assert "iso42001:6.1.4" in [item.id for item in CATALOG.search("impact assessment")]
    assert CATALOG.search("  ") == ()
    assert CATALOG.search("zzz impact") == ()
    assert len(CATALOG.search("the", limit=3)) == 3


def test_the_control_of_a_group_hangs_under_it():
    assert CATALOG.item("iso42001:A.6.2.4").parent == "iso42001:A.6.2"
    assert CATALOG.item("iso42001:A.6.2").parent == "iso42001:A.6"
    assert CATALOG.item("nist_ai_rmf:MAP 1.1").parent == "nist_ai_rmf:MAP 1"


def test_unverified_data_say_so():
    assert CATALOG.framework("iso27701").unverified
    assert "id_2019" in CATALOG.framework("iso27701").note
    assert not CATALOG.framework("iso42001").unverified
    assert CATALOG.item("iso42001:C.3.1").unverified
