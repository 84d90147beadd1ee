#!/usr/bin/env python3
"""scripts/setup on systems that this one is not: os-release, dpkg, apt-get, sudo and the user are faked."""

import os
import shutil
import subprocess
import tempfile
import unittest
from pathlib import Path

SCRIPTS = Path(__file__).resolve().parents[3] / "scripts"

# os-release, what is expected: exit status, the first columns or the third of scripts/packages, words.
SYSTEMS = [
    ("Debian 12", 'ID=debian\nVERSION_ID="12"', 0, "debian", []),
    ("Debian sid has no version", "ID=debian", 0, "debian", []),
    ("Debian 11", 'ID=debian\nVERSION_ID="11"\nPRETTY_NAME="Debian 11"', 2, None,
     ["Debian 11 is too old", "CMake 3.25"]),
    ("Ubuntu 24.04", 'ID=ubuntu\nID_LIKE=debian\nVERSION_ID="24.04"', 0, "ubuntu",
     ["other names: of-debian -> of-ubuntu", "universe: libsystemc-dev of-ubuntu"]),
    ("Ubuntu 26.04", 'ID=ubuntu\nID_LIKE=debian\nVERSION_ID="26.04"', 0, "ubuntu", ["other names"]),
    ("Ubuntu 22.04", 'ID=ubuntu\nID_LIKE=debian\nVERSION_ID="22.04"\nPRETTY_NAME="Ubuntu 22.04"', 2,
     None, ["Ubuntu 22.04 is too old", "Verilator 5"]),
    ("Mint", 'ID=linuxmint\nID_LIKE="ubuntu debian"\nVERSION_ID="22"\nPRETTY_NAME="Mint 22"', 0, "ubuntu",
     ["Mint 22: taken as an Ubuntu 24.04"]),
    ("Raspberry Pi OS of old", 'ID=raspbian\nID_LIKE=debian\nVERSION_ID="12"', 0, "debian",
     ["raspbian: taken as a Debian 12"]),
    ("Fedora", 'ID=fedora\nPRETTY_NAME="Fedora 40"', 0, None,
     ["no package names known for 'Fedora 40'", "libsystemc-dev"]),
    ("no os-release", None, 0, None, ["no package names known for 'unknown'"]),
]
TABLE = """# a table of our own
cmake            =          main      build
libsystemc-dev   =          universe  build
of-debian        of-ubuntu  universe  tests
debian-alone     -          universe  tests
"""
NAMES = {"debian": ["cmake", "libsystemc-dev", "of-debian", "debian-alone"], "ubuntu": ["cmake", "libsystemc-dev", "of-ubuntu"]}


class Machine:
    """A folder with the scripts, a table and the programs that they call."""

    def __init__(self, folder, table=TABLE):
        self.folder = Path(folder)
        for name in ("setup", "apt-install"):
            shutil.copy(SCRIPTS / name, self.folder / name)
        (self.folder / "packages").write_text(table)
        (self.folder / "bin").mkdir()
        self.calls = self.folder / "calls"
        self.calls.write_text("")
        self.program("dpkg-query", 'case " $INSTALLED " in *" ${@: -1} "*) echo "ii " ;; *) exit 1 ;; esac')
        self.program("apt-get", f'echo "$*" >>"{self.calls}"')
        self.program("npm", "")
        self.program("id", 'echo "$FAKE_UID"')
        self.program("sudo", "exit 1")  # a password, and nobody to type it

    def program(self, name, body):
        path = self.folder / "bin" / name
        path.write_text("#!/bin/bash\n" + body + "\n")
        path.chmod(0o755)

    def setup(self, release, *arguments, installed=(), uid=0):
        at = self.folder / "os-release"
        at.unlink(missing_ok=True)
        if release is not None:
            at.write_text(release + "\n")
        environment = {"PATH": f"{self.folder / 'bin'}:{os.defpath}", "UVEA_OS_RELEASE": str(at),
                       "INSTALLED": " ".join(installed), "FAKE_UID": str(uid)}
        return subprocess.run([self.folder / "setup", *arguments], env=environment, text=True,
                              stdin=subprocess.DEVNULL, capture_output=True, check=False)


class Setup(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.machine = Machine(folder.name)

    def test_names_of_each_system(self):
        for system, release, status, names, words in SYSTEMS:
            with self.subTest(system):
                self.machine.calls.write_text("")
                done = self.machine.setup(release)
                self.assertEqual(done.returncode, status, done.stderr)
                for word in words:
                    self.assertIn(word, done.stderr)
                calls = self.machine.calls.read_text().splitlines()
                if names is None:
                    self.assertEqual(calls, [])
                    continue
                self.assertEqual(calls[0], "-q update")
                self.assertEqual(calls[1].split("--no-install-recommends ")[1].split(), NAMES[names])
                self.assertEqual(len(calls), 2)
                listed = self.machine.setup(release, "--list")
                self.assertEqual(listed.stdout.split(), NAMES[names])

    def test_installs_only_what_is_missing(self):
        done = self.machine.setup("ID=debian", installed=["cmake", "of-debian", "debian-alone"])
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertTrue(self.machine.calls.read_text().endswith("--no-install-recommends libsystemc-dev\n"))

    def test_without_root_all_there(self):
        done = self.machine.setup("ID=debian", installed=NAMES["debian"], uid=1000)
        self.assertEqual((done.returncode, done.stderr, self.machine.calls.read_text()), (0, "", ""))

    def test_without_root_says_what_is_missing_and_goes_on(self):
        done = self.machine.setup("ID=debian", installed=["cmake"], uid=1000)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(self.machine.calls.read_text(), "")
        self.assertIn("missing: libsystemc-dev of-debian", done.stderr)
        self.assertIn("as root: apt-get install --no-install-recommends libsystemc-dev of-debian", done.stderr)

    def test_sudo_that_needs_no_password_is_used(self):
        self.machine.program("sudo", '[[ $1 == -n ]] && shift; exec "$@"')
        done = self.machine.setup("ID=debian", installed=["cmake"], uid=1000)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("libsystemc-dev of-debian", self.machine.calls.read_text())

    def test_a_failing_apt_is_a_failure(self):
        self.machine.program("apt-get", "exit 100")
        self.assertEqual(self.machine.setup("ID=debian").returncode, 100)

    def test_a_row_that_lacks_a_column_is_told(self):
        (self.machine.folder / "packages").write_text("cmake = build\n")
        done = self.machine.setup("ID=debian", "--list")
        self.assertEqual(done.returncode, 2)
        self.assertIn("'cmake = build' lacks a column", done.stderr)

    def test_the_real_table_is_whole(self):
        (self.machine.folder / "packages").write_text((SCRIPTS / "packages").read_text())
        rows = [line.split() for line in (SCRIPTS / "packages").read_text().splitlines()
                if line and not line.startswith("#")]
        for row in rows:
            self.assertEqual(len(row), 4, row)
            self.assertIn(row[2], ("main", "universe"))
            self.assertIn(row[3], ("build", "speed", "tests"))
        self.assertEqual(self.machine.setup("ID=debian", "--list").stdout.split(), [row[0] for row in rows])


if __name__ == "__main__":
    unittest.main()
