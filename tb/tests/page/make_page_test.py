#!/usr/bin/env python3
"""The making of uvea report's page with npm, without it, and with one that fails.

make_page_test.py SOURCE_FOLDER MODULES_FOLDER WORK_FOLDER
"""

import os
import shutil
import subprocess
import sys
import unittest
from pathlib import Path

SOURCE, MODULES, WORK = Path(sys.argv[1]), Path(sys.argv[2]), Path(sys.argv[3])
CMAKE, NODE = shutil.which("cmake"), shutil.which("node")


class Machine:
    """A folder with the page's source, and the programs that a build finds."""

    def __init__(self, name):
        self.folder = WORK / name
        shutil.rmtree(self.folder, ignore_errors=True)
        self.source, self.bin = self.folder / "source", self.folder / "bin"
        shutil.copytree(SOURCE, self.source)
        self.bin.mkdir()
        self.page, self.calls = self.folder / "out/report.html", self.folder / "calls"
        (self.bin / "node").symlink_to(NODE)

    def npm(self, body):
        path = self.bin / "npm"
        path.write_text(f'#!/bin/sh\necho "$*" >>"{self.calls}"\n{body}\n')
        path.chmod(0o755)

    def called(self):
        return len(self.calls.read_text().splitlines()) if self.calls.exists() else 0

    def make(self):
        return subprocess.run(
            [CMAKE, f"-DSOURCE={self.source}", f"-DWORK={self.folder}/work", f"-DPAGE={self.page}", "-DTESTS=OFF",
             "-P", self.source / "make_page.cmake"],
            env={**os.environ, "PATH": str(self.bin)}, text=True, capture_output=True, check=False)


class MakePage(unittest.TestCase):

    def test_without_npm_the_build_goes_on(self):
        machine = Machine("without")
        done = machine.make()
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("npm is not there (scripts/setup installs it)", done.stderr)
        self.assertFalse(machine.page.exists())

    def test_an_npm_that_fails_leaves_the_page_that_there_is(self):
        machine = Machine("fails")
        machine.npm('echo "npm error code ENOTFOUND" >&2; exit 1')
        machine.page.parent.mkdir()
        machine.page.write_text("of before")
        done = machine.make()
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("npm cannot bring its packages (npm error code ENOTFOUND)", done.stderr)
        self.assertEqual(machine.page.read_text(), "of before")

    @unittest.skipUnless((MODULES / "esbuild").is_dir(), "npm could not bring esbuild")
    def test_npm_is_asked_once_for_a_lock_file(self):
        machine = Machine("once")
        machine.npm(f'/bin/ln -s "{MODULES}" node_modules')
        for _ in range(2):
            done = machine.make()
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertIn("the data of uvea report", machine.page.read_text())
            machine.page.unlink()
        self.assertEqual(machine.called(), 1)
        (machine.source / "package-lock.json").write_text("{}")
        machine.npm("exit 1")
        machine.make()
        self.assertEqual(machine.called(), 2)

    @unittest.skipUnless((MODULES / "esbuild").is_dir(), "npm could not bring esbuild")
    def test_a_mistake_in_the_source_fails(self):
        machine = Machine("mistake")
        machine.npm(f'/bin/ln -s "{MODULES}" node_modules')
        with (machine.source / "view/main.js").open("a") as source:
            source.write("import {nothing} from './nowhere.js';\n")
        done = machine.make()
        self.assertNotEqual(done.returncode, 0)
        self.assertIn("nowhere.js", done.stderr)
        self.assertFalse(machine.page.exists())

    def test_the_lock_file_names_no_host(self):
        self.assertNotIn("resolved", (SOURCE / "package-lock.json").read_text())


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
