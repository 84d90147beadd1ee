#!/usr/bin/env python3
"""The mapper's fingerprint: another one for another text, file or compiler, the same one for the same.

usage: fingerprint_test.py CMAKE SCRIPT     SCRIPT: sw/mapper/make_fingerprint.cmake
"""

import re
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

CMAKE, SCRIPT = sys.argv[1:3]


class Fingerprint(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.source = Path(self.folder.name)
        self.write("a.cpp", "int a;\n")
        self.write("b.h", "int b;\n")

    def write(self, name, text):
        (self.source / name).write_text(text)

    def made(self, files="a.cpp,b.h", compiler="cc 1 -O2"):
        output = self.source / "out.cpp"
        subprocess.run([CMAKE, "-D", f"SOURCE={self.source}", "-D", f"FILES={files}", "-D", f"COMPILER={compiler}",
                        "-D", f"OUTPUT={output}", "-P", SCRIPT], check=True)
        return re.search(r'kFingerprint = "([0-9a-f]{64})"', output.read_text()).group(1)

    def test_is_the_same_for_the_same(self):
        self.assertEqual(self.made(), self.made())

    def test_is_another_for_what_is_changed(self):
        seen = {self.made(), self.made(compiler="cc 2 -O2"), self.made(files="a.cpp")}
        self.write("b.h", "int c;\n")
        seen.add(self.made())
        self.write("c.h", "int c;\n")
        seen.add(self.made(files="a.cpp,c.h"))
        self.assertEqual(len(seen), 5)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
