"""What `base.html` shows around a page; the context processor of `config` fills it, any part may be absent."""

from dataclasses import dataclass


@dataclass(frozen=True)
class NavItem:
    """One entry of the navigation, or one organization to switch to."""

    label: str
    url: str
    current: bool = False


@dataclass(frozen=True)
class LedgerStatus:
    """The ledger as the header tells it.

    `size` is the number of entries under the latest checkpoint; `label` the words shown, such as “checkpoint 18,204”;
    `witnessed` when a witness last signed, in words, empty where none did; `url` the ledger page.
    """

    size: int
    label: str
    witnessed: str = ""
    url: str = ""


@dataclass(frozen=True)
class Crumb:
    """One step of the way to a page; the last one, the page itself, has no address."""

    label: str
    url: str = ""
