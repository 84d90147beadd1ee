#!/usr/bin/env python3
"""scripts/check-arrows: this tree keeps to its table, and each kind of breach is found in one that does not."""

import subprocess
import tempfile
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
TABLE = """# Folders
| folder | what it is | may include | must never know | SystemC |
|---|---|---|---|---|
| `tlm` | sockets | - | x | yes |
| `hw/a` | a | `hw/b` `tlm` | x | no |
| `hw/b` | b | `tlm` | x | yes |
| `sw` | s | - | x | no |
| `tb/tests` | t | all | - | yes |
"""
SOUND = {
    "tlm/plain.h": "#include <vector>\n",
    "tlm/socket.h": "#include <tlm>\n",
    "hw/a/one.h": '#include "tlm/plain.h"\n',
    "hw/a/one.cpp": '#include "hw/a/one.h"\n',
    "hw/b/two.h": '#include "tlm/socket.h"\n#include "tlm/plain.h"\n',
    "sw/three.h": "#include <string>\n",
    "tb/tests/four.cpp": '#include "hw/b/two.h"\n#include "sw/three.h"\n',
}


def arrows(root):
    return subprocess.run([ROOT / "scripts/check-arrows", root], capture_output=True, text=True)


def told(changed, table=TABLE):
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        for name, text in {**SOUND, "docs/architecture.md": table, **changed}.items():
            path = root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        run = arrows(root)
        return run.returncode, run.stderr


class Arrows(unittest.TestCase):
    def test_this_tree(self):
        run = arrows(ROOT)
        self.assertEqual((run.returncode, run.stderr), (0, ""))

    def test_a_sound_tree(self):
        self.assertEqual(told({}), (0, ""))

    def test_an_include_that_is_not_allowed(self):
        status, words = told({"sw/three.h": '#include <string>\n#include "tlm/plain.h"\n'})
        self.assertEqual(status, 1)
        self.assertEqual(words, "sw/three.h:2: sw must not include tlm/plain.h (docs/architecture.md)\n")

    def test_rooms_keep_to_their_rows(self):
        table = TABLE + "| `hw/a/room` | r | - | x | no |\n| `hw/c` | c | `hw/a` | x | no |\n"
        rooms = {"hw/a/room/five.h": "#include <string>\n", "hw/c/six.h": '#include "hw/a/room/five.h"\n'}
        self.assertEqual(told(rooms, table), (0, ""))
        status, words = told({**rooms, "hw/a/room/five.h": '#include "hw/a/one.h"\n'}, table)
        self.assertEqual(status, 1)
        self.assertIn("hw/a/room/five.h:1: hw/a/room must not include hw/a/one.h", words)
        status, words = told({**rooms, "hw/a/one.cpp": '#include "hw/a/room/five.h"\n'}, table)
        self.assertEqual(status, 1)
        self.assertIn("hw/a/one.cpp:1: hw/a must not include hw/a/room/five.h", words)

    def test_systemc_by_a_detour(self):
        status, words = told({"hw/a/one.h": '#include "hw/b/two.h"\n'})
        self.assertEqual(status, 1)
        self.assertIn("hw/a/one.cpp: hw/a has no SystemC, this comes by hw/a/one.cpp -> hw/a/one.h -> "
                      "hw/b/two.h -> tlm/socket.h\n", words)

    def test_a_circle(self):
        table = TABLE.replace("| `hw/b` | b | `tlm` |", "| `hw/b` | b | `tlm` `hw/a` |")
        status, words = told({"hw/b/back.h": '#include "hw/a/one.h"\n', "hw/a/to.h": '#include "hw/b/five.h"\n',
                              "hw/b/five.h": ""}, table)
        self.assertEqual((status, words), (1, "circle: hw/a -> hw/b -> hw/a\n"))

    def test_a_folder_without_a_row(self):
        status, words = told({"hw/new/six.h": ""})
        self.assertEqual(status, 1)
        self.assertEqual(words, "hw/new/six.h: folder hw/new has no row in docs/architecture.md\n")

    def test_a_row_that_names_no_folder(self):
        status, words = told({}, TABLE.replace("`hw/b` `tlm`", "`hw/c` `tlm`"))
        self.assertEqual(status, 1)
        self.assertIn("`hw/a` may include `hw/c`, which has no row", words)

    def test_no_table(self):
        self.assertEqual(told({}, "nothing\n")[0], 1)


if __name__ == "__main__":
    unittest.main()
