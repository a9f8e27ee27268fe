"""A list's state is in its address; what an address cannot ask for falls back to the default."""

import pytest
from django.http import QueryDict

from assay.ui.table import Column, TableView, query_with

COLUMNS = (
    Column("title", "Programme", sortable=True, fixed=True),
    Column("coverage", "Looked at", sortable=True),
    Column("oldest", "Oldest", shown=False),
)


def view(query: str, total: int = 0) -> TableView:
    return TableView.read(QueryDict(query), columns=COLUMNS, sort="title", size=25).counted(total)


@pytest.mark.parametrize(
    ("query", "order"),
    [("", "title"), ("sort=-coverage", "-coverage"), ("sort=oldest", "title"), ("sort=password", "title")],
)
def test_only_sortable_columns_order_a_list(query: str, order: str) -> None:
    assert view(query).order == order


def test_a_sorted_column_turns_round_and_returns_to_the_first_page() -> None:
    link = view("sort=coverage&page=3&q=ai", 900).sort_link(COLUMNS[1])
    assert QueryDict(link[1:]).dict() == {"sort": "-coverage", "q": "ai"}


@pytest.mark.parametrize(("page", "shown"), [("1", 1), ("9", 4), ("-3", 1), ("none", 1)])
def test_a_page_that_does_not_exist_becomes_one_that_does(page: str, shown: int) -> None:
    assert view(f"page={page}", 80).page == shown


def test_the_last_page_says_which_rows_it_holds() -> None:
    last = view("page=4", 80)
    assert (last.offset, last.limit, last.first_row, last.last_row) == (75, 25, 76, 80)


def test_an_empty_list_has_one_page_and_no_first_row() -> None:
    empty = view("page=2", 0)
    assert (empty.page, empty.pages, empty.first_row, empty.last_row) == (1, 1, 0, 0)


@pytest.mark.parametrize(
    ("query", "keys"),
    [
        ("", ["title", "coverage"]),
        ("columns=-&columns=oldest", ["title", "oldest"]),
        ("columns=-", ["title"]),
    ],
)
def test_columns_are_chosen_and_fixed_ones_stay(query: str, keys: list[str]) -> None:
    assert [column.key for column in view(query).shown] == keys


def test_a_form_carries_along_what_it_does_not_ask() -> None:
    asked = view("sort=-coverage&columns=-&columns=oldest&q=ai&page=2", 900)
    assert asked.kept("q") == [("sort", "-coverage"), ("columns", "-"), ("columns", "oldest")]


def test_filters_are_known_and_cleared_without_losing_the_order() -> None:
    asked = view("sort=-coverage&q=ai&state=", 900)
    assert asked.filtered("q", "state")
    assert not asked.filtered("state")
    assert asked.cleared("q", "state") == "?sort=-coverage"


@pytest.mark.parametrize(
    ("page", "window"), [(1, [1, 2, 0, 20]), (4, [1, 2, 3, 4, 5, 0, 20]), (10, [1, 0, 9, 10, 11, 0, 20])]
)
def test_the_pager_names_the_ends_and_the_neighbours(page: int, window: list[int]) -> None:
    assert view(f"page={page}", 500).window == window


def test_an_address_is_escaped() -> None:
    assert query_with({"q": 'a&b="'}, page=2) == "?q=a%26b%3D%22&page=2"
