"""Write the figures of the ledger into docs/ledger.md and draw docs/ledger-growth.svg, from what the benchmark printed.

    assay bench ledger --entries 1000000 --json > figures.json
    python scripts/make_figures_ledger.py figures.json [long-growth.json]

A second file, of a run with --growth, gives the points of the chart beyond those of the first.
"""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
PAGE, CHART = ROOT / "docs" / "ledger.md", ROOT / "docs" / "ledger-growth.svg"
BEGIN, END = "<!-- figures: begin -->", "<!-- figures: end -->"
Figures = Mapping[str, Any]


@dataclass(frozen=True)
class Line:
    """One target: how the figure is called and shown, the bound that it must keep, and the floor or peer beside it."""

    title: str
    name: str
    unit: str = ""
    least: float | None = None
    most: float | None = None
    beside: tuple[tuple[str, str], ...] = ()
    missed: Callable[[Figures], str] | None = None

    def target(self) -> str:
        """The target as text."""
        if self.least is not None:
            return f"≥ {_shown(self.least)}{self.unit}"
        return "–" if self.most is None else f"≤ {_shown(self.most)}{self.unit}"

    def holds(self, value: float) -> bool:
        """Whether the value keeps the bound."""
        return not ((self.least is not None and value < self.least) or (self.most is not None and value > self.most))


def _append(figures: Figures) -> str:
    flush, cpu = 1000 / figures["fdatasync_per_s"], figures["append_cpu_ms"]
    return (
        f"One flush takes {flush:.2f} ms here, an append {cpu:.2f} ms of processor time beside it (an entry, its content, "
        f"a tile and a signed checkpoint in 13 pages of SQLite). It holds where {cpu:.2f} ms are less than a twentieth of a "
        "flush, or the disk rations its flushes."
    )


def _batch(figures: Figures) -> str:
    flush, cpu = 1000 / figures["fdatasync_per_s"], figures["entry_cpu_us_at_100"] / 10
    return (
        f"100 entries take {cpu:.2f} ms of processor time, most of it in SQLite: six B-trees for an entry and two for its "
        f"content, some 250 KB of write-ahead log. One flush takes {flush:.2f} ms; the batch would have to take less than "
        f"{flush / 4:.2f} ms. The naive chain, which has no columns, index, content or seal, comes to "
        f"{figures['chain_entries_per_fdatasync_at_100']:.0f}."
    )


def _acks(figures: Figures) -> str:
    return (
        f"{figures['acks_per_commit_64_submitters']:.0f} acknowledgements share one commit, and with it one flush. Counted "
        "by the clock it is less wherever 64 threads of Python take longer to make their events than the disk to flush."
    )


def _verify(figures: Figures) -> str:
    floor, found = figures["verify_floor_per_pair_of_cores"], figures["verify_entries_per_pair_of_cores"]
    return (
        f"Reading, hashing and opening alone, without one comparison, comes to {floor:,} on the same machine: "
        f"the verification does {100 * found / floor:.0f} % of what is possible in this language with these rows."
    )


def _lag(figures: Figures) -> str:
    return (
        f"{figures['writes_per_s']} of 200 writes a second were reached: on SQLite each is a flush of its own, the "
        f"integrator's come on top, and the disk gave {figures['fdatasync_per_s']:.0f} a second. The line on PostgreSQL, "
        "where writers share flushes, is the one at the full rate."
    )


def _business(figures: Figures) -> str:
    extra = figures["business_write_with_entry_ms"] - figures["business_write_ms"]
    return (
        f"The entry adds {extra:.2f} ms of work and no flush; a business write takes {figures['business_write_ms']:.2f} ms here, where "
        f"a flush takes {1000 / figures['fdatasync_per_s']:.2f} ms. It holds where a write takes {10 * extra:.0f} ms, as on a disk that "
        "flushes a few hundred times a second."
    )


def _inside(figures: Figures) -> str:
    return (
        "Sequencing inside the transaction makes writers wait for each other's flush: the dearer a flush, the larger the ratio. "
        f"This disk flushed {figures['fdatasync_per_s']:.0f} times a second."
    )


def _proof(figures: Figures) -> str:
    return (
        "A proof hashes up to 256 nodes inside a tile and reads a few tiles from SQLite; cold, it opens the database's pages too. "
        f"The chain's proof takes {figures['chain_proof_ms']:.0f} ms for the same log."
    )


CHAIN, SIGNED = "the naive chain", "one signature and one flush"
LINES = (
    Line(
        "durable single append with signed checkpoint ÷ flush rate",
        "append_vs_fdatasync",
        least=0.95,
        beside=((SIGNED, "signature_and_fdatasync_vs_fdatasync"), (CHAIN, "chain_append_vs_fdatasync")),
        missed=_append,
    ),
    Line(
        "entries per flush at batch 100",
        "entries_per_fdatasync_at_100",
        least=80,
        beside=((CHAIN, "chain_entries_per_fdatasync_at_100"),),
        missed=_batch,
    ),
    Line(
        "entries per flush at batch 1,000",
        "entries_per_fdatasync_at_1000",
        beside=((CHAIN, "chain_entries_per_fdatasync_at_1000"),),
    ),
    Line("64 submitters, acknowledgements per commit (one flush), SQLite", "acks_per_commit_64_submitters", least=20),
    Line(
        "the same by the clock, acknowledgements ÷ flushes, SQLite",
        "acks_per_fdatasync_64_submitters",
        least=20,
        missed=_acks,
    ),
    Line("64 submitters, acknowledgements per commit, PostgreSQL", "acks_per_commit_64_submitters_postgres", least=20),
    Line(
        "the same by the clock, acknowledgements ÷ flushes, PostgreSQL",
        "acks_per_fdatasync_64_submitters_postgres",
        least=20,
        missed=_acks,
    ),
    Line(
        "extra time of a business write with its entry",
        "business_write_overhead_percent",
        " %",
        most=10,
        missed=_business,
    ),
    Line(
        "lag of publication (p99) at 200 writes/s, SQLite",
        "publication_lag_p99_ms",
        " ms",
        most=1000,
        beside=(("writes/s reached", "writes_per_s"), ("median, ms", "publication_lag_p50_ms")),
        missed=_lag,
    ),
    Line(
        "the same, PostgreSQL",
        "postgres_publication_lag_p99_ms",
        " ms",
        most=1000,
        beside=(("writes/s reached", "postgres_writes_per_s"), ("median, ms", "postgres_publication_lag_p50_ms")),
    ),
    Line(
        "PostgreSQL, 16 connections: outbox ÷ sequencing inside the transaction",
        "postgres_outbox_vs_sequenced_inside",
        least=10,
        beside=(
            ("writes/s", "postgres_outbox_writes_per_s"),
            ("inside, writes/s", "postgres_sequenced_inside_writes_per_s"),
        ),
        missed=_inside,
    ),
    Line("inclusion proof at SIZE entries, cold", "inclusion_cold_ms_LABEL", " ms", most=1, missed=_proof),
    Line(
        "the same, warm",
        "inclusion_warm_ms_LABEL",
        " ms",
        most=0.3,
        beside=(("the chain's proof, ms", "chain_proof_ms"),),
        missed=_proof,
    ),
    Line("consistency proof, cold", "consistency_cold_ms_LABEL", " ms", most=1, missed=_proof),
    Line("the same, warm", "consistency_warm_ms_LABEL", " ms", most=0.3, missed=_proof),
    Line("first proof after a restart", "first_proof_ms_LABEL", " ms", most=10),
    Line(
        "full verification, entries/s for each pair of cores",
        "verify_entries_per_pair_of_cores",
        least=400_000,
        beside=(
            ("reading, hashing, opening alone", "verify_floor_per_pair_of_cores"),
            ("by the clock", "verify_entries_per_s"),
        ),
        missed=_verify,
    ),
    Line("live rows attested per second and core", "attest_rows_per_s", least=20_000),
    Line("bytes per entry: indexes, keys and content included", "bytes_per_entry"),
    Line("entries written a second in batches of 1,024, made and sealed", "growth_entries_per_s"),
)


def _shown(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 1000 or value == int(value) else f"{value:g}"


def table(figures: Figures) -> str:
    """The section of the page: on what it ran, one row for each target, and why those that are missed are."""
    size = figures["entries"]
    label = f"{size // 1_000_000}m" if size % 1_000_000 == 0 else f"{size // 1000}k"
    machine, spent = figures["machine"], figures["seconds"]
    rows, reasons = [], []
    for line in LINES:
        value = figures.get(line.name.replace("LABEL", label))
        title = line.title.replace("SIZE", f"{size:,}")
        if value is None:
            rows.append(f"| {title} | {line.target()} | not measured | | |")
            continue
        beside = ", ".join(f"{what} {_shown(figures[name])}" for what, name in line.beside if name in figures)
        bound = line.least is not None or line.most is not None
        holds = "" if not bound else "yes" if line.holds(value) else "**no**"
        rows.append(f"| {title} | {line.target()} | {_shown(value)}{line.unit} | {holds} | {beside} |")
        if holds == "**no**" and line.missed is not None:
            reasons.append(f"- *{title[0].upper()}{title[1:]}.* {line.missed(figures)}")
    head = (
        f"One run of `assay bench ledger --entries {size} --json` ({sum(spent.values()):.0f} s), Python"
        f" {machine['python']}, SQLite {machine['sqlite']}, {machine['system']}, load {figures['load_at_start']} at its"
        f" start and {figures['load_at_end']} at its end. The disk gave {figures['fdatasync_per_s']:.0f} flushes a second"
        f" (rounds between {figures['fdatasync_per_s_least']:.0f} and {figures['fdatasync_per_s_most']:.0f}); a ratio is"
        " taken within its round, and the figure is the median of seven rounds.\n"
    )
    why = ["", "Why those are missed:" if reasons else "No target is missed.", "", *reasons] if reasons else []
    return "\n".join([head, "| figure | target | measured | holds | beside it |", "|---|---|---|---|---|", *rows, *why])


def chart(points: Sequence[Mapping[str, Any]]) -> str:
    """An SVG with two panels over the number of entries: bytes per entry, and milliseconds for a proof."""
    panels = (
        ("Bytes per entry", (("bytes", "bytes_per_entry"),)),
        (
            "Milliseconds for an inclusion proof",
            (("at start", "first_proof_ms"), ("cold", "inclusion_cold_ms"), ("warm", "inclusion_warm_ms")),
        ),
    )
    parts = [
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 830 330" font-family="sans-serif" font-size="13"'
        ' role="img" aria-label="Growth of the ledger">',
        "<style>text{fill:#333}.a{stroke:#bbb}.l{fill:none;stroke-width:2}"
        "@media(prefers-color-scheme:dark){text{fill:#ddd}.a{stroke:#555}}</style>",
    ]
    for number, (title, series) in enumerate(panels):
        parts += _panel(points, title, series, left=60 + 400 * number)
    return "\n".join([*parts, "</svg>", ""])


def _panel(points: Sequence[Mapping[str, Any]], title: str, series: Sequence[tuple[str, str]], left: int) -> list[str]:
    """One panel: from nothing for one line, in powers of ten for several that lie far apart."""
    width, top, height = 280, 50, 210
    values = [point[name] for point in points for _, name in series]
    if len(series) == 1:
        step = 10 ** math.floor(math.log10(max(values))) / 5
        high = step * math.ceil(max(values) / step)
        marks = [0, high / 2, high]
    else:
        low = math.floor(math.log10(min(values)))
        marks = [10.0**power for power in range(low, math.ceil(math.log10(max(values))) + 1)]
    first, last = (math.log10(points[at]["entries"]) for at in (0, -1))

    def place(entries: float, value: float) -> tuple[float, float]:
        across = (math.log10(entries) - first) / max(last - first, 1e-9)
        up = value / marks[-1] if len(series) == 1 else math.log(value / marks[0]) / math.log(marks[-1] / marks[0])
        return round(left + width * across, 1), round(top + height * (1 - up), 1)

    parts = [f'<text x="{left}" y="28" font-weight="bold">{title}</text>']
    for value in marks:
        y = place(points[0]["entries"], value)[1]
        parts.append(f'<line class="a" x1="{left}" y1="{y}" x2="{left + width}" y2="{y}"/>')
        parts.append(f'<text x="{left - 8}" y="{y + 4}" text-anchor="end">{value:,g}</text>')
    for point in points:
        x = place(point["entries"], marks[-1])[0]
        power = math.log10(point["entries"])
        name = f"10<tspan dy='-5' font-size='9'>{power:.0f}</tspan>" if power == int(power) else ""
        parts.append(f'<text x="{x}" y="{top + height + 22}" text-anchor="middle">{name}</text>')
    parts.append(f'<text x="{left + width / 2}" y="{top + height + 46}" text-anchor="middle">entries</text>')
    for (name, key), colour in zip(series, ("#2f6db3", "#c05621", "#2f855a"), strict=False):
        spots = [place(point["entries"], point[key]) for point in points]
        line = " ".join(f"{x},{y}" for x, y in spots)
        parts.append(f'<polyline class="l" stroke="{colour}" points="{line}"/>')
        parts += [f'<circle cx="{x}" cy="{y}" r="3" fill="{colour}"/>' for x, y in spots]
        if len(series) > 1:
            x, y = spots[-1]
            parts.append(f'<text x="{x + 8}" y="{y + 4}" font-size="11">{name}</text>')
    return parts


def main(files: Sequence[str]) -> int:
    """Render from the files named; exit code 2 without any."""
    if not 1 <= len(files) <= 2:
        print("usage: make_figures_ledger.py FIGURES.json [LONG-GROWTH.json]", file=sys.stderr)
        return 2
    read = [json.loads(Path(file).read_text(encoding="utf-8")) for file in files]
    figures = read[0]
    before, found, rest = PAGE.read_text(encoding="utf-8").partition(BEGIN)
    _, ended, after = rest.partition(END)
    if not found or not ended:
        print(f"{PAGE} has no section between {BEGIN} and {END}", file=sys.stderr)
        return 2
    PAGE.write_text(f"{before}{BEGIN}\n{table(figures)}\n{END}{after}", encoding="utf-8")
    points = list(figures["growth"])
    points += [point for point in read[-1]["growth"] if point["entries"] > points[-1]["entries"]]
    CHART.write_text(chart(points), encoding="utf-8")
    print(f"{PAGE.relative_to(ROOT)}, {CHART.relative_to(ROOT)}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
