"""The figures of a dataset card: the same census gives the same bytes under the same matplotlib."""

from __future__ import annotations

import io
from collections.abc import Mapping
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, Self, cast

from writ_dspy.errors import ConfigError
from writ_dspy.report.census import Census, Histogram

if TYPE_CHECKING:
    from matplotlib.axes import Axes

COLORS = ("#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9")
"""Told apart by everybody (Okabe and Ito)."""
INK = "#444444"
BINS = 24


def require() -> None:
    """Say early what drawing would say.

    Raises:
        ConfigError: matplotlib is not installed.
    """
    if find_spec("matplotlib") is None:
        raise ConfigError("the plots of a card take matplotlib: pip install 'writ-dspy[publish]'")


def draw(found: Census) -> dict[str, bytes]:
    """PNG files by name: `axes.png` (kinds, writes, burden) and `lengths.png` (turns, tool calls, tokens).

    Raises:
        ConfigError: matplotlib is not installed.
    """
    require()
    from matplotlib import rc_context

    style: dict[str, Any] = {
        "font.family": "DejaVu Sans", "font.size": 9, "axes.spines.top": False, "axes.spines.right": False,
        "axes.edgecolor": INK, "axes.labelcolor": INK, "xtick.color": INK, "ytick.color": INK, "axes.axisbelow": True,
        "axes.grid": True, "axes.grid.axis": "y", "grid.color": "#e5e5e5", "axes.titlesize": 10, "svg.hashsalt": "writ",
    }  # fmt: skip
    with rc_context(cast("Any", style)):
        return {"axes.png": _axes(found), "lengths.png": _lengths(found)}


def _axes(found: Census) -> bytes:
    with _Sheet() as sheet:
        kinds, writes, burden = sheet.panels
        _kinds(kinds, found)
        _bars(writes, found.writes, "gold writes")
        _bars(burden, found.burden, "evidence burden (reads)")
        return sheet.png()


def _lengths(found: Census) -> bytes:
    with _Sheet() as sheet:
        for panel, histogram, title in zip(
            sheet.panels,
            (found.turns, found.calls, found.tokens),
            ("messages of user and assistant", "tool calls", "tokens (estimated)"),
            strict=True,
        ):
            if len(histogram) <= 2 * BINS:
                _bars(panel, histogram, title)
            else:
                panel.hist(list(histogram), BINS, weights=list(histogram.values()), color=COLORS[0])
                panel.set(title=title, ylabel="rows")
        return sheet.png()


class _Sheet:
    """Three panels side by side, drawn without a window; closed when left."""

    def __enter__(self) -> Self:
        from matplotlib.backends.backend_agg import FigureCanvasAgg
        from matplotlib.figure import Figure

        self._figure = Figure(figsize=(10, 2.8), dpi=120, layout="constrained")
        self._canvas = FigureCanvasAgg(self._figure)
        self.panels: list[Axes] = list(self._figure.subplots(1, 3))
        return self

    def __exit__(self, *_: object) -> None:
        self._figure.clear()

    def png(self) -> bytes:
        """Without the date and the name of the program, which change."""
        data = io.BytesIO()
        self._canvas.print_png(data, metadata={"Software": None})  # type: ignore[no-untyped-call]
        return data.getvalue()


def _bars(panel: Axes, histogram: Histogram, title: str) -> None:
    panel.bar(list(histogram), list(histogram.values()), color=COLORS[0], width=0.8)
    panel.set(title=title, ylabel="rows")
    if histogram and max(histogram) - min(histogram) <= 16:
        panel.set_xticks(range(min(histogram), max(histogram) + 1))


def _kinds(panel: Axes, found: Census) -> None:
    """One bar per kind, the domains stacked on each other."""
    names = list(dict.fromkeys(kind for _, kind in found.kinds))
    below = dict.fromkeys(names, 0)
    for index, domain in enumerate(dict.fromkeys(domain for domain, _ in found.kinds)):
        counts: Mapping[str, int] = {kind: found.kinds.get((domain, kind), 0) for kind in names}
        color = COLORS[index % len(COLORS)]
        panel.bar(names, list(counts.values()), bottom=list(below.values()), color=color, label=domain, width=0.7)
        below = {kind: below[kind] + counts[kind] for kind in names}
    panel.set(title="kind", ylabel="rows")
    panel.tick_params(axis="x", labelsize=7)
    panel.legend(frameon=False, fontsize=8)
