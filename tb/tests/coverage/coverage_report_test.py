#!/usr/bin/env python3
"""scripts/coverage_report.py on a made-up RTL with made-up counters."""

import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

EVALUATOR = Path(__file__).resolve().parents[3] / "scripts/coverage_report.py"
SOURCE = ["module m;", "always @* begin", "if (a)", "q = 1;", "else", "q = 2;", "end", "endmodule"]


def point(count, f, l, o, page, S=None, n=1):
    fields = {"f": f, "l": l, "n": n, "page": page, "o": o, "h": "top.m"}
    if S is not None:
        fields["S"] = S
    return "C '" + "".join(f"\1{k}\2{v}" for k, v in fields.items()) + f"' {count}"


def lines_of(file="rtl/pe/m.v", taken=3, other=4, page="m"):
    return [point(7, file, 2, "block", f"v_line/{page}", "2"),
            point(taken, file, 3, "if", f"v_branch/{page}", "3-4"),
            point(other, file, 3, "else", f"v_branch/{page}", "5-6", 2)]


def toggles(count):
    return [point(count, "rtl/pe/m.v", 1, "q[0]", "v_toggle/m"), point(5, "rtl/pe/m.v", 1, "q[1]", "v_toggle/m")]


def hit(count, name="full"):
    return [point(count, "rtl/cover/m_cover.sv", 2, name, "v_user/m_cover", "2")]


class CoverageReport(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = Path(folder.name)
        (self.root / "rtl/pe").mkdir(parents=True)
        (self.root / "rtl/cover").mkdir()
        (self.root / "rtl/pe/m.v").write_text("\n".join(SOURCE))
        (self.root / "rtl/cover/m_cover.sv").write_text("module m_cover;\n  `UVEA_POINT(full, a)\nendmodule\n")

    def evaluate(self, points, *options):
        merged = self.root / "merged.dat"
        merged.write_text("\n".join(["# SystemC::Coverage-3", *points]) + "\n")
        return self.run_on(merged, *options)

    def run_on(self, merged, *options):
        return subprocess.run([sys.executable, EVALUATOR, merged, "--root", self.root, *options],
                              capture_output=True, text=True, check=False)

    def test_all_reached(self):
        report = self.root / "coverage.md"
        run = self.evaluate([*lines_of(), *toggles(0), *hit(9)], "--write", report)
        self.assertEqual((run.returncode, run.stderr), (0, ""))
        self.assertIn("100.0 % of the lines (5 of 5), 50.0 % of the bits toggled, 1 of 1 cover points hit.",
                      report.read_text())
        self.assertIn("| `m` | full | 9 |", run.stdout)

    def test_instances_are_summed(self):
        run = self.evaluate([*lines_of(taken=0, page="m__A1"), *lines_of(other=0, page="m__A2"), *hit(0), *hit(1)])
        self.assertEqual((run.returncode, run.stderr), (0, ""))

    def test_too_few_lines(self):
        run = self.evaluate([*lines_of(other=0), *hit(1)], "--least", "70")
        self.assertEqual(run.returncode, 1)
        self.assertIn("60.0 % of the lines of rtl/pe were reached, fewer than 70 %", run.stderr)

    def test_an_unreached_line_needs_a_reason(self):
        points = [*lines_of(other=0), *hit(1)]
        run = self.evaluate(points, "--least", "50")
        self.assertEqual(run.returncode, 1)
        self.assertIn("rtl/pe/m.v:6: not reached: q = 2;", run.stderr)
        (self.root / "rtl/cover/unreached.txt").write_text(
            "# why\nm.v: else\nNot a.\n\nm.v: q = 2;\nNever without a.\n")
        report = self.root / "coverage.md"
        run = self.evaluate(points, "--least", "50", "--write", report)
        self.assertEqual((run.returncode, run.stderr), (0, ""))
        self.assertIn("| `m.v:6` | `q = 2;` | Never without a. |", report.read_text())

    def test_an_else_that_is_not_written_counts_for_its_if(self):
        points = [point(5, "rtl/pe/m.v", 3, "if", "v_branch/m", "3-4"),
                  point(0, "rtl/pe/m.v", 3, "else", "v_branch/m", n=2)]
        run = self.evaluate([*points, *hit(1)], "--least", "50")
        self.assertIn("rtl/pe/m.v:3: not reached: if (a)", run.stderr)
        self.assertNotIn("m.v:4", run.stderr)

    def test_a_reason_for_a_reached_line_is_refused(self):
        (self.root / "rtl/cover/unreached.txt").write_text("m.v: q = 1;\nNever.\n")
        run = self.evaluate([*lines_of(), *hit(1)])
        self.assertEqual(run.returncode, 1)
        self.assertIn("m.v: 'q = 1;' was reached or is gone", run.stderr)

    def test_a_cover_point_without_hits(self):
        for points in (hit(0), hit(3, "another")):
            run = self.evaluate([*lines_of(), *points])
            self.assertEqual(run.returncode, 1)
            self.assertIn("rtl/cover/m_cover.sv: full was never hit", run.stderr)

    def test_input_that_cannot_be_used(self):
        run = self.run_on(self.root / "nothing.dat")
        self.assertEqual(run.returncode, 1)
        self.assertIn("nothing.dat: No such file", run.stderr)
        run = self.run_on(self.root / "rtl/pe/m.v")
        self.assertIn("m.v: not a coverage file", run.stderr)
        run = self.evaluate(["C no point"])
        self.assertIn("merged.dat:2: not a cover point", run.stderr)
        run = self.evaluate(hit(1))
        self.assertIn("no line of rtl/pe is counted", run.stderr)


if __name__ == "__main__":
    unittest.main()
