#!/usr/bin/env python3
"""The manual page and the completions that the build makes, as man, bash and zsh take them.

manual_test.py PROGRAM MANUAL_FOLDER
"""

import os
import re
import shutil
import subprocess
import sys
import unittest
from pathlib import Path

PROGRAM, MANUAL = Path(sys.argv[1]), Path(sys.argv[2])


def run(command, **more):
    done = subprocess.run([str(word) for word in command], text=True, capture_output=True, check=False,
                          stdin=subprocess.DEVNULL, **more)
    assert done.returncode == 0, f"{command}: {done.returncode}\n{done.stdout}{done.stderr}"
    return done


def commands():
    return re.findall(r"^  uvea (\w+)", run([PROGRAM, "help"]).stdout, re.M)


def options(command):
    return re.findall(r"^  --([a-z-]+)", run([PROGRAM, "help", command]).stdout, re.M)


def chip_options():
    return re.findall(r"^([a-z]+\.[a-z_0-9]+)\b", run([PROGRAM, "config"]).stdout, re.M)


# Calls the completion as bash does: the words of the line so far, the last is being completed.
BASH = """
source "$1"; shift
COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1))
_uvea "${COMP_WORDS[0]}" "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD-1]}"
printf '%s\\n' "${COMPREPLY[@]}"
"""
# Calls zsh's with what its system offers replaced by printing.
ZSH = """
_describe() { local name=$argv[-1]; print -rl -- ${(P)name}; }
_arguments() { print -rl -- "$@"; }
_files() { print -r -- FILES; }
compadd() { local name=$argv[-1]; print -rl -- ${(P)name}; }
uvea() { "$PROGRAM" "$@"; }
file=$1; shift
words=("$@"); CURRENT=$#
source $file
"""


def bash(*words, cwd=None):
    return run(["bash", "--norc", "-c", BASH, "bash", MANUAL / "bash/uvea", *words], cwd=cwd).stdout.split("\n")[:-1]


class Manual(unittest.TestCase):
    def setUp(self):
        self.assertGreater(len(commands()), 5)
        self.assertGreater(len(options("run")), 10)
        self.assertGreater(len(chip_options()), 30)

    @unittest.skipUnless(shutil.which("man"), "no man here (apt: man-db)")
    def test_page_is_clean_and_has_every_option(self):
        environment = {**os.environ, "MANWIDTH": "100", "LC_ALL": "C.UTF-8", "MAN_KEEP_FORMATTING": "", "MANPAGER": "cat"}
        done = run(["man", "--warnings=w", "-l", MANUAL / "man/uvea.1"], env=environment)
        self.assertEqual(done.stderr, "")
        page = re.sub(".\b", "", done.stdout)
        for command in commands():
            self.assertRegex(page, rf"(?m)^ +{command}\b")
            for option in options(command):
                self.assertRegex(page, rf"(?m)^ +--{option}\b")
        for option in chip_options():
            self.assertRegex(page, rf"(?m)^ +{re.escape(option)}=")
        for word in ("configs/", "130 interrupted", "user's mistake", "UVEA_DATA"):
            self.assertIn(word, page)


class Bash(unittest.TestCase):
    def test_commands(self):
        self.assertEqual(bash("uvea", ""), [*commands(), "--help", "--version"])
        self.assertEqual(bash("uvea", "con"), ["convert", "config"])
        self.assertEqual(bash("uvea", "help", "ma"), ["map"])

    def test_options_are_those_of_the_command(self):
        for command in commands():
            expected = [f"--{name}" for name in options(command)] + ["--help"]
            self.assertEqual(sorted(bash("uvea", command, "--")), sorted(expected))
        self.assertEqual(bash("uvea", "run", "alexnet", "--weight-d"), ["--weight-density"])

    def test_words(self):
        self.assertEqual(bash("uvea", "run", "--rtl", ""), ["shadow", "drive"])
        self.assertEqual(bash("uvea", "run", "--rtl", "=", "d"), ["drive"])
        self.assertEqual(bash("uvea", "run", "--rtl", "="), ["shadow", "drive"])

    def test_chip_options(self):
        self.assertEqual(bash("uvea", "run", "--set", ""), [f"{name}=" for name in chip_options()])
        self.assertEqual(bash("uvea", "run", "--set", "mesh.r"), ["mesh.rows="])
        self.assertEqual(bash("uvea", "run", "--set", "mesh.rows", "=", ""), [""])

    def test_networks_and_files(self):
        self.assertIn("alexnet", bash(PROGRAM, "run", "al"))
        self.assertIn("uvea", bash(PROGRAM, "run", "uv", cwd=MANUAL / "bash"))
        self.assertEqual(bash("uvea", "run", "--chip", "u", cwd=MANUAL / "bash"), ["uvea"])
        self.assertEqual(bash("uvea", "run", "--out", "", cwd=MANUAL / "bash"), [""])
        self.assertIn("bash", bash("uvea", "run", "--out", "", cwd=MANUAL))

    def test_a_free_value_offers_nothing(self):
        self.assertEqual(bash("uvea", "run", "--seed", ""), [""])


@unittest.skipUnless(shutil.which("zsh"), "no zsh here (apt: zsh)")
class Zsh(unittest.TestCase):
    def zsh(self, *words):
        done = run(["zsh", "-f", "-c", ZSH, "zsh", MANUAL / "zsh/_uvea", *words],
                   env={**os.environ, "PROGRAM": str(PROGRAM)})
        self.assertEqual(done.stderr, "")
        return done.stdout.splitlines()

    def test_commands(self):
        self.assertEqual([line.split(":")[0] for line in self.zsh("uvea", "")], commands())

    def test_options_are_those_of_the_command(self):
        for command in commands():
            specs = self.zsh("uvea", command, "")
            names = [match[1] for spec in specs if (match := re.match(r"\*?--([a-z-]+)=?\[.*\]", spec))]
            self.assertEqual(sorted(names), sorted(options(command)))

    def test_what_completes_values(self):
        specs = self.zsh("uvea", "run", "")
        self.assertTrue(any(spec.endswith(":(shadow drive)") for spec in specs), specs)
        self.assertTrue(any(spec.endswith(":_uvea_networks") for spec in specs), specs)
        self.assertTrue(any(spec.startswith("*--set=") and spec.endswith(":_uvea_chip_options") for spec in specs))


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
