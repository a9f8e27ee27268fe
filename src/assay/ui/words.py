"""Template filters: numbers, shares, times and digests in the words and typography of every page."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from fractions import Fraction
from typing import Any, Final

from markupsafe import Markup, escape

NARROW: Final = "\u202f"
DASH: Final = "–"


def number(value: int | None) -> str:
    """Write an integer with thousands separated, as in 18,204; a dash for None."""
    return DASH if value is None else f"{value:,}"


def percent(share: Fraction | float | None) -> str:
    """Write a share from 0 to 1 in whole per cent, rounded down: 100 % only for all, 0 % only for none.

    A share above 0 that rounds down to nothing reads “< 1 %”; None reads as a dash.
    """
    if share is None:
        return DASH
    exact = Fraction(share)
    whole = exact.numerator * 100 // exact.denominator
    return f"<{NARROW}1{NARROW}%" if exact > 0 and whole == 0 else f"{whole}{NARROW}%"


def plural(count: int, one: str, many: str = "") -> str:
    """Write a count with its noun: `3|plural("cell")` reads “3 cells”, 0 reads “no cells”."""
    noun = one if count == 1 else many or f"{one}s"
    return f"{number(count) if count else 'no'} {noun}"


def stamp(value: datetime | None, precision: str = "minute") -> Markup:
    """Write an aware time in UTC inside a `time` element; precision is day, minute or second; None is a dash."""
    if value is None:
        return escape(DASH)
    moment = value.astimezone(UTC)
    shown = {"day": "%-d %b %Y", "minute": "%-d %b %Y, %H:%M", "second": "%-d %b %Y, %H:%M:%S"}[precision]
    zone = "" if precision == "day" else " UTC"
    iso = moment.isoformat().replace("+00:00", "Z")
    return Markup('<time datetime="{}">{}{}</time>').format(iso, moment.strftime(shown), zone)


def age(value: datetime | None, now: datetime) -> str:
    """Write the time from `value` to `now` in its largest whole unit: “40 s”, “12 min”, “2 h”, “94 d”."""
    if value is None:
        return DASH
    seconds = max(0, int((now - value).total_seconds()))
    for size, unit in ((86_400, "d"), (3_600, "h"), (60, "min")):
        if seconds >= size:
            return f"{seconds // size:,}{NARROW}{unit}"
    return f"{seconds}{NARROW}s"


def short_digest(value: str | None, keep: int = 10) -> str:
    """Shorten a digest for reading: algorithm, first `keep` hex digits, ellipsis. The whole one belongs beside it."""
    if not value:
        return DASH
    algorithm, colon, digits = value.rpartition(":")
    return value if len(digits) <= keep else f"{algorithm}{colon}{digits[:keep]}…"


def file_size(count: int | None) -> str:
    """Write a number of bytes in kB or MB of 1,000, as storage is sold and shown elsewhere."""
    if count is None:
        return DASH
    for size, unit in ((1_000_000_000, "GB"), (1_000_000, "MB"), (1_000, "kB")):
        if count >= size:
            return f"{count / size:.1f}{NARROW}{unit}"
    return f"{count}{NARROW}B"


def paragraphs(text: str) -> Markup:
    """Turn blank-line separated plain text into paragraphs, escaped."""
    blocks = (block.strip() for block in text.replace("\r\n", "\n").split("\n\n"))
    return Markup("").join(Markup("<p>{}</p>").format(escape(block)) for block in blocks if block)


FILTERS: Final[Mapping[str, Callable[..., Any]]] = {
    "number": number,
    "percent": percent,
    "plural": plural,
    "stamp": stamp,
    "age": age,
    "short_digest": short_digest,
    "file_size": file_size,
    "paragraphs": paragraphs,
}
