"""The state of a list page as its address says it: order, page, columns, density, search and filters.

A page reads `TableView.read(request.GET, …)`, hands `order`, `offset` and `limit` to its query, and the view to the
`data_table` macro. Everything is in the address, so that Back works and a view can be sent to somebody.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final, Literal, Self
from urllib.parse import urlencode

from django.http import QueryDict

PAGE_SIZES: Final = (25, 50, 100, 250)
OWN_NAMES: Final = ("sort", "page", "size", "columns", "density")


@dataclass(frozen=True)
class Column:
    """One column. `key` names it in addresses; `narrow` says whether a small screen keeps it; `fixed` columns
    cannot be switched off; `shown` is whether it is shown before anybody chose."""

    key: str
    label: str
    align: Literal["start", "end"] = "start"
    sortable: bool = False
    narrow: bool = True
    fixed: bool = False
    shown: bool = True
    hint: str = ""


def query_with(params: Mapping[str, object], **changes: object) -> str:
    """Return `?…` with some values changed; a value of None or "" leaves the name out; lists repeat the name."""
    pairs: list[tuple[str, str]] = []
    for name, value in {**_lists(params), **changes}.items():
        values: Iterable[object] = value if isinstance(value, (list, tuple)) else (value,)
        pairs.extend((name, str(item)) for item in values if item is not None and item != "")
    return "?" + urlencode(pairs)


def _lists(params: Mapping[str, object]) -> dict[str, object]:
    if isinstance(params, QueryDict):
        return {name: list(values) for name, values in params.lists()}
    return dict(params)


def _whole(text: object, default: int) -> int:
    try:
        return int(str(text))
    except ValueError:
        return default


@dataclass(frozen=True)
class TableView:
    """How a list is shown now. Values that an address gives and that do not exist fall back to the defaults."""

    columns: tuple[Column, ...]
    shown: tuple[Column, ...]
    sort: str
    descending: bool
    page: int
    size: int
    dense: bool
    params: Mapping[str, object] = field(default_factory=dict)
    total: int | None = None
    more: bool = False

    @classmethod
    def read(
        cls,
        params: Mapping[str, object],
        *,
        columns: Sequence[Column],
        sort: str = "",
        size: int = 50,
    ) -> Self:
        """Read a query string; `sort` is the default order, `-key` for descending; `size` the default page size."""
        asked = str(params.get("sort") or sort)
        if asked.lstrip("-") not in {column.key for column in columns if column.sortable}:
            asked = sort
        lists = _lists(params)
        raw = lists.get("columns") or ()
        chosen = {str(item) for item in (raw if isinstance(raw, (list, tuple)) else (raw,))}
        shown = tuple(column for column in columns if column.fixed or (column.key in chosen if raw else column.shown))
        asked_size = _whole(params.get("size"), size)
        return cls(
            columns=tuple(columns),
            shown=shown,
            sort=asked.lstrip("-"),
            descending=asked.startswith("-"),
            page=max(1, _whole(params.get("page"), 1)),
            size=asked_size if asked_size in PAGE_SIZES else size,
            dense=params.get("density") == "dense",
            params=lists,
        )

    def counted(self, total: int, *, more: bool = False) -> Self:
        """Return the view of a list that has `total` rows, or `more` than that; a page beyond the end becomes the last one."""
        last = max(1, -(-total // self.size))
        return replace(self, total=total, more=more, page=min(self.page, last))

    @property
    def order(self) -> str:
        """The order for a query: the key, with a minus for descending."""
        return f"-{self.sort}" if self.descending else self.sort

    @property
    def offset(self) -> int:
        return (self.page - 1) * self.size

    @property
    def limit(self) -> int:
        return self.size

    @property
    def pages(self) -> int:
        return max(1, -(-(self.total or 0) // self.size))

    @property
    def first_row(self) -> int:
        """Number of the first row shown, from 1; 0 for an empty list."""
        return self.offset + 1 if self.total else 0

    @property
    def last_row(self) -> int:
        return min(self.offset + self.size, self.total or 0)

    @property
    def window(self) -> list[int]:
        """Return the page numbers worth a link: ends and neighbours; 0 stands for a gap."""
        near = {1, self.pages, *range(self.page - 1, self.page + 2)}
        shown = sorted(number for number in near if 1 <= number <= self.pages)
        result: list[int] = []
        for number in shown:
            if result and number - result[-1] == 2:
                result.append(number - 1)
            elif result and number - result[-1] > 2:
                result.append(0)
            result.append(number)
        return result

    def filtered(self, *names: str) -> bool:
        """Tell whether one of the named filters is set."""
        return any(self.params.get(name) not in (None, "", [], [""]) for name in names)

    def cleared(self, *names: str) -> str:
        """Return the address of this list without the named filters."""
        return self.link(page=None, **dict.fromkeys(names))

    def link(self, **changes: object) -> str:
        """Return the address of this list with some values changed."""
        return query_with(self.params, **changes)

    def sort_link(self, column: Column) -> str:
        """Return the address that sorts by a column: ascending first, then the other way; back to the first page."""
        turned = column.key == self.sort and not self.descending
        return self.link(sort=f"-{column.key}" if turned else column.key, page=None)

    def sort_state(self, column: Column) -> str:
        """Return the value of `aria-sort` for a column."""
        if column.key != self.sort:
            return "none"
        return "descending" if self.descending else "ascending"

    def kept(self, *without: str) -> list[tuple[str, str]]:
        """Return name and value of everything a form on this list must carry along, except the names given."""
        pairs: list[tuple[str, str]] = []
        for name, value in self.params.items():
            if name not in without and name != "page":
                values = value if isinstance(value, (list, tuple)) else (value,)
                pairs.extend((name, str(item)) for item in values if item != "")
        return pairs
