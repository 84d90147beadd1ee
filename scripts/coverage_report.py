#!/usr/bin/env python3
"""Evaluates a coverage file of the Verilated PE (see scripts/coverage).

usage: coverage_report.py MERGED [--root FOLDER] [--least PERCENT] [--write REPORT]

FOLDER holds rtl/pe, rtl/cover and rtl/cover/unreached.txt: blocks of two lines, "file.v: source line"
and why it need not be reached. Status 1, with the reasons on stderr, when
  fewer than PERCENT (98) of the lines of rtl/pe were reached
  an unreached line has no reason there, or a line with a reason there was reached or does not exist
  a cover point of rtl/cover has no hit
"""

import argparse
import re
import sys
from collections import defaultdict
from pathlib import Path

POINT = re.compile(r"^C '(.*)' (\d+)$")
MODULE = re.compile(r"^\s*module\s+(\w+)", re.M)


class Bad(Exception):
    """The input cannot be used; the message is for a person."""


def read_points(path):
    """What Verilator counted: dicts of its one-letter fields, with the count."""
    points = []
    try:
        lines = Path(path).read_text(encoding="utf-8").splitlines()
    except OSError as error:
        raise Bad(f"{path}: {error.strerror}") from error
    if not lines or not lines[0].startswith("# SystemC::Coverage"):
        raise Bad(f"{path}: not a coverage file of Verilator")
    for number, line in enumerate(lines[1:], 2):
        match = POINT.match(line)
        if not match:
            raise Bad(f"{path}:{number}: not a cover point: {line}")
        fields = dict(field.split("\2", 1) for field in match[1].split("\1") if field)
        points.append((fields, int(match[2])))
    return points


def line_set(text):
    """The lines of a text like 4,10-11."""
    lines = []
    for part in text.split(","):
        first, _, last = part.partition("-")
        lines.extend(range(int(first), int(last or first) + 1))
    return lines


def evaluate(points):
    """Sums over instances and sizes: lines[file][line] and toggles[file][signal] -> hits of the least
    reached part, user[file][point] -> hits."""
    blocks, toggles, user = defaultdict(int), defaultdict(int), defaultdict(int)
    for fields, count in points:
        file, kind = Path(fields["f"]), fields["page"].partition("/")[0]
        if file.parent.name == "pe" and kind in ("v_line", "v_branch"):
            # An else that is not written has no lines of its own: it counts for the if's.
            lines = fields.get("S") or fields["l"]
            blocks[file.name, fields["l"], fields["n"], fields["o"], lines] += count
        elif file.parent.name == "pe" and kind == "v_toggle":
            toggles[file.name, fields["l"], fields["o"]] += count
        elif file.parent.name == "cover" and kind == "v_user":
            user[file.name, fields["o"]] += count
    result = {"lines": defaultdict(dict), "toggles": defaultdict(dict), "user": defaultdict(dict)}
    for (file, _, _, _, lines), count in blocks.items():
        for line in line_set(lines):
            known = result["lines"][file].get(line, count)
            result["lines"][file][line] = min(known, count)
    for (file, line, signal), count in toggles.items():
        result["toggles"][file][line, signal] = count
    for (file, point), count in user.items():
        result["user"][file][point] = count
    return result


def read_reasons(path):
    reasons = {}
    if not path.exists():
        return reasons
    for block in path.read_text(encoding="utf-8").split("\n\n"):
        lines = [line for line in block.splitlines() if line.strip() and not line.startswith("#")]
        if not lines:
            continue
        file, colon, source = lines[0].partition(": ")
        if len(lines) != 2 or not colon:
            raise Bad(f"{path}: not 'file.v: source line' and a reason: {lines[0]}")
        reasons[file, " ".join(source.split())] = lines[1].strip()
    return reasons


def share(part, whole):
    return 100.0 * part / whole if whole else 0.0


def counted(values):
    return sum(1 for value in values if value > 0), len(values)


def table(head, rows):
    return ["| " + " | ".join(head) + " |", "|---" * len(head) + "|",
            *("| " + " | ".join(str(cell) for cell in row) + " |" for row in rows)]


class Report:
    def __init__(self, result, root, least):
        self.result, self.root, self.least = result, root, least
        self.problems, self.unreached = [], []
        self.rows, self.total = [], [0, 0, 0, 0]
        self.hits = {(file, point): hits for file in sorted(result["user"])
                     for point, hits in sorted(result["user"][file].items())}

    def judge(self):
        for file in sorted(path.name for path in (self.root / "rtl/pe").glob("*.v")):
            lines = counted(self.result["lines"][file].values())
            toggles = counted(self.result["toggles"][file].values())
            self.rows.append((f"`{file}`", f"{lines[0]} of {lines[1]}", f"{toggles[0]} of {toggles[1]}",
                              f"{share(*toggles):.1f} %"))
            for i, number in enumerate((*lines, *toggles)):
                self.total[i] += number
        if self.total[1] == 0:
            raise Bad("no line of rtl/pe is counted")
        if share(*self.total[:2]) < self.least:
            self.problems.append(f"{share(*self.total[:2]):.1f} % of the lines of rtl/pe were reached, "
                                 f"fewer than {self.least:g} %")
        self.judge_lines()
        self.judge_points()

    def judge_lines(self):
        reasons = read_reasons(self.root / "rtl/cover/unreached.txt")
        used = set()
        for file, lines in sorted(self.result["lines"].items()):
            source = (self.root / "rtl/pe" / file).read_text(encoding="utf-8").splitlines()
            for line in sorted(number for number, hits in lines.items() if hits == 0):
                key = (file, " ".join(source[line - 1].split()))
                used.add(key)
                self.unreached.append((file, line, key[1], reasons.get(key, "")))
                if key not in reasons:
                    self.problems.append(f"rtl/pe/{file}:{line}: not reached: {key[1]}")
        for file, source in sorted(set(reasons) - used):
            self.problems.append(f"rtl/cover/unreached.txt: {file}: '{source}' was reached or is gone")

    def judge_points(self):
        if not self.hits:
            self.problems.append("no cover point of rtl/cover is counted")
        # Verilator leaves nothing out, but a file that is not bound is not there at all.
        for path in sorted((self.root / "rtl/cover").glob("*.sv")):
            for point in re.findall(r"`UVEA_POINT\((\w+),", path.read_text(encoding="utf-8")):
                if not self.hits.get((path.name, point)):
                    self.problems.append(f"rtl/cover/{path.name}: {point} was never hit")

    def lines_table(self):
        return table(("file", "lines reached", "bits toggled", ""),
                     [*self.rows, ("all", "{} of {}".format(*self.total[:2]),
                                   "{} of {}".format(*self.total[2:]),
                                   f"{share(*self.total[2:]):.1f} %")])

    def points_table(self):
        return table(("module", "point", "hits"),
                     [(f"`{file.removesuffix('_cover.sv')}`", point.replace("_", " "), hits)
                      for (file, point), hits in self.hits.items()])

    def summary(self):
        hit, points = counted(self.hits.values())
        return (f"{share(*self.total[:2]):.1f} % of the lines ({self.total[0]} of {self.total[1]}), "
                f"{share(*self.total[2:]):.1f} % of the bits toggled, {hit} of {points} cover points hit.")

    def text(self):
        unreached = [(f"`{file}:{line}`", f"`{source}`", why)
                     for file, line, source, why in self.unreached]
        return "\n".join([
            "# Coverage of the RTL PE", "",
            "Written by `scripts/coverage`, which runs the tests labelled `rtl_coverage` (TLM PE against RTL PE, "
            "legal work",
            "only) on a build with counters. Sizes: the defaults, 9-bit weights and the dense PE, summed. A line counts as reached "
            "when each of its",
            "branches was; a bit when it changed.", "",
            self.summary(), "", *self.lines_table(), "",
            "## Lines not reached", "",
            *(table(("line", "source", "why"), unreached) if unreached else ["None."]), "",
            "## Cover points", "",
            "`rtl/cover/*.sv`, bound to the modules of `rtl/pe`. A hit is a cycle in which the point holds.", "",
            *self.points_table(), ""])


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("merged")
    parser.add_argument("--root", type=Path, default=Path(__file__).resolve().parent.parent)
    parser.add_argument("--least", type=float, default=98.0, metavar="PERCENT")
    parser.add_argument("--write", type=Path, metavar="REPORT")
    options = parser.parse_args()
    try:
        report = Report(evaluate(read_points(options.merged)), options.root, options.least)
        report.judge()
    except Bad as error:
        print(f"coverage: {error}", file=sys.stderr)
        return 1
    print("\n".join([*report.points_table(), "", *report.lines_table(), "", report.summary()]))
    if options.write:
        options.write.write_text(report.text(), encoding="utf-8")
    for problem in report.problems:
        print(f"coverage: {problem}", file=sys.stderr)
    return 1 if report.problems else 0


if __name__ == "__main__":
    sys.exit(main())
