"""Draws runs as one SVG: requests a second over time, beside what the portal can serve."""

from __future__ import annotations

from collections.abc import Sequence
from xml.sax.saxutils import escape

from tests.fleet.simulation import Run

_WIDTH, _HEIGHT = 420, 150
_LEFT, _TOP, _GAP = 60, 40, 70
_STEP_S = 5
_STYLE = """text { font: 12px sans-serif; fill: #333 } .title { font-weight: bold }
.small { font-size: 11px; fill: #666 } .axis { stroke: #999; fill: none }
.served { fill: #2f6fab } .rejected { fill: #c0392b } .capacity { stroke: #1b7f3b; stroke-dasharray: 6 4 }"""


def svg(runs: Sequence[Run], columns: int = 2) -> str:
    """A panel for each run. The line is the portal's capacity; red is what it sent away."""
    rows = -(-len(runs) // columns)
    width = columns * (_WIDTH + _LEFT + 20)
    height = rows * (_HEIGHT + _GAP) + 30
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img">',
        "<title>Requests a second after an outage, by simulation</title>",
        f"<style>{_STYLE}</style>",
        f'<rect width="{width}" height="{height}" fill="#fff"/>',
    ]
    for number, run in enumerate(runs):
        x = _LEFT + (number % columns) * (_WIDTH + _LEFT + 20)
        y = _TOP + (number // columns) * (_HEIGHT + _GAP)
        parts += [f'<g transform="translate({x},{y})">', *_panel(run), "</g>"]
    legend = "blue: served · red: sent away with Retry-After · green line: the portal's capacity"
    parts += [f'<text class="small" x="{_LEFT}" y="{height - 8}">{escape(legend)}</text>', "</svg>"]
    return "\n".join(parts) + "\n"


def _panel(run: Run) -> list[str]:
    asked, served = _means(run.asked), _means(run.served)
    top = 1.15 * max(run.scenario.capacity, *asked)
    seconds = len(asked) * _STEP_S
    line = _HEIGHT * (1 - run.scenario.capacity / top)
    return [
        f'<text class="title" x="0" y="-12">{escape(run.scenario.name)}</text>',
        _area("rejected", asked, top),
        _area("served", served, top),
        f'<line class="capacity" x1="0" x2="{_WIDTH}" y1="{line:.1f}" y2="{line:.1f}"/>',
        f'<path class="axis" d="M0 0V{_HEIGHT}H{_WIDTH}"/>',
        _label(-6, line + 4, f"{run.scenario.capacity}/s", "end"),
        *(_label(-6, 8, f"{top:,.0f}/s", "end") for _ in range(line > 24)),
        _label(0, _HEIGHT + 16, "0", "start"),
        _label(_WIDTH, _HEIGHT + 16, f"{seconds} s", "end"),
    ]


def _label(x: float, y: float, words: str, anchor: str) -> str:
    return f'<text class="small" x="{x:.0f}" y="{y:.0f}" text-anchor="{anchor}">{words}</text>'


def _means(counts: Sequence[int]) -> list[float]:
    """Means of five seconds each, so that the picture shows the course and not the noise."""
    return [sum(counts[at : at + _STEP_S]) / _STEP_S for at in range(0, len(counts), _STEP_S)]


def _area(kind: str, values: Sequence[float], top: float) -> str:
    width = _WIDTH / len(values)
    steps = "".join(
        f"L{at * width:.1f} {_HEIGHT * (1 - value / top):.1f}H{(at + 1) * width:.1f}"
        for at, value in enumerate(values)
    )
    return f'<path class="{kind}" d="M0 {_HEIGHT}{steps}V{_HEIGHT}Z"/>'
