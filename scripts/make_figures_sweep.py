"""Write the figures of sweeps into docs/sweeps.md and draw docs/sweeps-growth.svg, from what the benchmarks printed.

assay bench sweep --portfolio 1000000 --json > sweep.json
assay bench nodes --json > nodes.json
python scripts/make_figures_sweep.py sweep.json [nodes.json]
"""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
PAGE, CHART = ROOT / "docs" / "sweeps.md", ROOT / "docs" / "sweeps-growth.svg"
BEGIN, END = "<!-- figures: begin -->", "<!-- figures: end -->"
FLAT, MEMORY = 1.2, 1536
Figures = Mapping[str, Any]
Series = tuple[str, str, str]
COSTS: tuple[Series, ...] = (
    ("measuring in full", "full_us_per_artefact", "#2f6db3"),
    ("sweep, nothing changed", "again_us_per_artefact", "#2f855a"),
    ("first sweep, all texts compared", "first_us_per_artefact", "#c05621"),
)


@dataclass(frozen=True)
class Line:
    """One target: how the figure is called and shown, the bound that it must keep, and what stands beside it."""

    title: str
    name: str
    unit: str = ""
    least: float | None = None
    most: float | None = None
    beside: tuple[tuple[str, str], ...] = ()

    def target(self) -> str:
        """The target as text."""
        if self.least is not None:
            return f"≥ {_shown(self.least)}{self.unit}"
        return "–" if self.most is None else f"≤ {_shown(self.most)}{self.unit}"

    def holds(self, value: float) -> str:
        """Whether the value keeps the bound, as a cell of the table; empty without a bound."""
        if self.least is None and self.most is None:
            return ""
        missed = (self.least is not None and value < self.least) or (self.most is not None and value > self.most)
        return "**no**" if missed else "yes"


CPU = "processor seconds"
LINES = (
    Line(
        "full measurement of ARTEFACTS artefacts by all workers, in such a portfolio, artefacts/s",
        "full_per_second",
        least=20_000,
        beside=(("times bare matching on one processor", "full_to_matching"), ("matching alone, MB/s", "matching_megabytes_per_second")),
    ),
    Line("sweep of PORTFOLIO artefacts, nothing changed", "again_seconds", " s", most=20, beside=((CPU, "again_seconds_of_processor"),)),
    Line("one changed: from the API to the fresh verdict on the page", "one_change_to_page_seconds", " s", most=1),
    Line("peak memory of the sweeping process", "peak_mib", " MiB", most=MEMORY, beside=(("of a worker or the copier", "copier_or_workers_peak_mib"),)),
    *(
        Line(
            f"{title}: cost per artefact at PORTFOLIO ÷ at 10,000",
            f"{name}_last_to_first",
            "×",
            most=FLAT,
            beside=(("in processor time", f"{name.replace('_us_', '_cpu_us_')}_last_to_first"),),
        )
        for title, name, _ in COSTS
    ),
)  # fmt: skip
NODES = (
    Line(
        "two nodes ÷ one node of half the processors",
        "two_to_one",
        "×",
        least=1.6,
        beside=(("one node, s", "one_node_seconds"), ("two, s", "two_nodes_seconds"), ("of the driver, processor s", "driver_seconds_of_processor")),
    ),
    Line("one of two nodes killed half-way", "one_killed_seconds", " s", beside=(("identical results", "identical"),)),
)  # fmt: skip


def _shown(value: Any) -> str:
    if isinstance(value, list):
        return " / ".join(map(_shown, value))
    if isinstance(value, bool):
        return "yes" if value else "**no**"
    return f"{value:,.0f}" if abs(value) >= 1000 or value == int(value) else f"{value:g}"


def rows(lines: Sequence[Line], figures: Figures) -> list[str]:
    """One row of the table for each line."""
    told = []
    for line in lines:
        title = line.title.replace("ARTEFACTS", f"{figures['artefacts']:,}").replace(
            "PORTFOLIO", f"{figures.get('portfolio', 0):,}"
        )
        value = figures.get(line.name)
        if value is None:
            told.append(f"| {title} | {line.target()} | not measured | | |")
            continue
        beside = ", ".join(f"{what} {_shown(figures[name])}" for what, name in line.beside if name in figures)
        told.append(f"| {title} | {line.target()} | {_shown(value)}{line.unit} | {line.holds(value)} | {beside} |")
    return told


def table(figures: Figures, nodes: Figures | None) -> str:
    """The section of the page: on what it ran, one row for each target, the points of the chart."""
    machine = figures["machine"]
    head = (
        f"One run of `assay bench sweep --portfolio {figures['portfolio']} --json` ({figures['seconds']:,} s, copying included),"
        f" Python {machine['python']}, SQLite {machine['sqlite']}, {machine['system']},"
        f" load {figures['load_at_start']} at its start and {figures['load_at_end']} at its end."
    )
    points = [
        f"| {each['artefacts']:,} | {each['programmes']:,} | {_shown(each['full_us_per_artefact'])} | "
        f"{_shown(each['first_us_per_artefact'])} | {_shown(each['again_us_per_artefact'])} | {_shown(each['again_seconds'])} | "
        f"{_shown(each['one_change_to_page_seconds'])} | {_shown(each['peak_mib'])} | {_shown(each['database_mib'])} |"
        for each in figures["growth"]
    ]
    return "\n".join(
        (
            head, "", "| figure | target | measured | holds | beside it |", "|---|---|---|---|---|", *rows(LINES, figures),
            *(rows(NODES, nodes) if nodes else []), "", "![Cost per artefact and memory as the portfolio grows](sweeps-growth.svg)", "",
            "| artefacts | programmes | in full, µs each | first sweep, µs each | unchanged, µs each | unchanged, s | one change, s | peak, MiB | database, MiB |",
            "|---|---|---|---|---|---|---|---|---|", *points,
        )
    )  # fmt: skip


def chart(points: Sequence[Figures]) -> str:
    """An SVG with two panels over the number of artefacts: cost per artefact as a multiple of the first, and memory."""
    parts = [
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 830 350" font-family="sans-serif" font-size="13"'
        ' role="img" aria-label="Growth of a sweep">',
        "<style>text{fill:#333}.a{stroke:#bbb}.b{stroke:#b3261e;stroke-dasharray:5 4}.l{fill:none;stroke-width:2}"
        "@media(prefers-color-scheme:dark){text{fill:#ddd}.a{stroke:#555}}</style>",
    ]
    costs = [(title, colour, [each[name] / points[0][name] for each in points]) for title, name, colour in COSTS]
    memory = [("peak of the sweeping process", "#2f6db3", [each["peak_mib"] for each in points])]
    sizes = [each["artefacts"] for each in points]
    parts += _panel("Cost per artefact ÷ that of the smallest", sizes, costs, FLAT, left=60)
    parts += _panel("Peak memory, MiB", sizes, memory, MEMORY, left=470)
    return "\n".join([*parts, "</svg>", ""])


def _panel(
    title: str, sizes: Sequence[int], series: Sequence[tuple[str, str, list[float]]], bound: float, left: int
) -> list[str]:
    """One panel from nothing to a quarter above the largest value or bound; the bound is dashed."""
    width, top, height = 300, 50, 200
    high = 1.25 * max(bound, *(value for _, _, values in series for value in values))
    first, last = math.log10(sizes[0]), math.log10(sizes[-1])

    def place(size: int, value: float) -> tuple[float, float]:
        across = (math.log10(size) - first) / max(last - first, 1e-9)
        return round(left + width * across, 1), round(top + height * (1 - value / high), 1)

    parts = [f'<text x="{left}" y="28" font-weight="bold">{title}</text>']
    for kind, value in (("a", 0.0), ("a", high), ("b", bound)):
        y = place(sizes[0], value)[1]
        parts.append(f'<line class="{kind}" x1="{left}" y1="{y}" x2="{left + width}" y2="{y}"/>')
        parts.append(f'<text x="{left - 8}" y="{y + 4}" text-anchor="end">{value:,.4g}</text>')
    for size in sizes:
        x = place(size, 0)[0]
        parts.append(f'<text x="{x}" y="{top + height + 20}" text-anchor="middle">{size:,}</text>')
    for number, (name, colour, values) in enumerate(series):
        spots = [place(size, value) for size, value in zip(sizes, values, strict=True)]
        line = " ".join(f"{x},{y}" for x, y in spots)
        parts.append(f'<polyline class="l" stroke="{colour}" points="{line}"/>')
        parts += [f'<circle cx="{x}" cy="{y}" r="3" fill="{colour}"/>' for x, y in spots]
        y = top + height + 44 + 18 * number
        parts.append(f'<rect x="{left}" y="{y - 9}" width="12" height="4" fill="{colour}"/>')
        parts.append(f'<text x="{left + 20}" y="{y - 2}" font-size="12">{name}</text>')
    return parts


def _printed(file: Path) -> dict[str, Any]:
    """The figures in a file; Ray may have written of lost nodes before them."""
    text = file.read_text(encoding="utf-8")
    found: dict[str, Any] = json.loads(text[text.rindex("\n{\n") if "\n{\n" in text else text.index("{") :])
    return found


def main(files: Sequence[str]) -> int:
    """Render from the files named; exit code 2 without any, or where the page has no place for them."""
    if not 1 <= len(files) <= 2:
        print("usage: make_figures_sweep.py SWEEP.json [NODES.json]", file=sys.stderr)
        return 2
    figures, *nodes = (_printed(Path(file)) for file in files)
    before, found, rest = PAGE.read_text(encoding="utf-8").partition(BEGIN)
    _, ended, after = rest.partition(END)
    if not found or not ended:
        print(f"{PAGE} has no section between {BEGIN} and {END}", file=sys.stderr)
        return 2
    PAGE.write_text(f"{before}{BEGIN}\n{table(figures, nodes[0] if nodes else None)}\n{END}{after}", encoding="utf-8")
    CHART.write_text(chart(figures["growth"]), encoding="utf-8")
    print(f"{PAGE.relative_to(ROOT)}, {CHART.relative_to(ROOT)}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
