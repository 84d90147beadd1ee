"""Draws the ratios of reproduction.json (uvea reproduce --out): model over published, a point a row.

reproduction_figure.py REPRODUCTION.json FIGURE.svg
"""
import json
import sys

import matplotlib

matplotlib.use("svg")
matplotlib.rcParams["svg.hashsalt"] = "reproduction"
import matplotlib.pyplot as plt  # noqa: E402

COLOURS = {"v2": "#0072b2", "memory": "#009e73", "family": "#d55e00", "scaling": "#cc79a7",
           "v1": "#555555"}


def main(source, figure):
    with open(source, encoding="utf-8") as file:
        rows = json.load(file)["rows"]
    rows = rows[::-1]
    fig, axes = plt.subplots(figsize=(9, 0.23 * len(rows) + 1), layout="constrained")
    axes.axvspan(0.95, 1.05, color="#dddddd", zorder=0)
    axes.axvline(1, color="#888888", linewidth=0.8, zorder=1)
    for y, row in enumerate(rows):
        axes.plot([1, row["ratio"]], [y, y], color="#bbbbbb", linewidth=1, zorder=1)
        axes.plot(row["ratio"], y, "o", color=COLOURS[row["topic"]], markersize=5, zorder=2)
    axes.set_yticks(range(len(rows)), [row["what"] for row in rows], fontsize=7)
    axes.set_xscale("log")
    ticks = [0.25, 0.5, 0.8, 1, 1.25, 2, 4]
    axes.set_xticks(ticks, [str(tick) for tick in ticks])
    axes.minorticks_off()
    axes.set_xlabel("model / published (grey: within 5 %)")
    axes.set_ylim(-1, len(rows))
    seen = dict.fromkeys(row["topic"] for row in rows[::-1])
    axes.legend(handles=[plt.Line2D([], [], marker="o", linestyle="", color=COLOURS[topic],
                                    label=topic) for topic in seen], fontsize=7, loc="lower right")
    fig.savefig(figure, metadata={"Date": None})


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    main(*sys.argv[1:])
