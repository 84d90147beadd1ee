#!/usr/bin/env python3
"""Uvea installed into an empty folder, and what others make of it there.

installed_test.py BUILD_FOLDER WORK_FOLDER CXX EXAMPLES_FOLDER
"""

import re
import shutil
import subprocess
import sys
import unittest
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from project import Project, environment_without, run

BUILD, WORK, CXX, EXAMPLES = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3], Path(sys.argv[4])
PREFIX = WORK / "prefix"
# Nothing of this project's own environment helps.
BARE = environment_without("CPATH", "CPLUS_INCLUDE_PATH", "LIBRARY_PATH", "CMAKE_PREFIX_PATH", "UVEA_DATA")


def flags(what):
    [folder] = PREFIX.rglob("pkgconfig")
    return run(["pkg-config", *what, "uvea"], {**BARE, "PKG_CONFIG_PATH": str(folder)}).split()


def headers(include):
    return sorted(path.relative_to(include) for path in (include / "uvea").rglob("*.h"))


def not_self_sufficient(include, names, cflags):
    """Those of the headers that do not compile as the only one, with the compiler's first error."""
    def compiled(name):
        done = subprocess.run([CXX, *cflags, f"-I{include}", "-fsyntax-only", "-x", "c++", "-"], text=True,
                              input=f"#include <{name}>\n", env=BARE, cwd=WORK, check=False,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        errors = [line for line in done.stdout.splitlines() if "error" in line]
        return None if done.returncode == 0 else f"{name}: {(errors or ['?'])[0]}"
    with ThreadPoolExecutor(2) as pool:
        return [fault for fault in pool.map(compiled, names) if fault]


def setUpModule():
    shutil.rmtree(WORK, ignore_errors=True)
    WORK.mkdir(parents=True)
    run(["cmake", "--install", BUILD, "--prefix", PREFIX])


class Installed(unittest.TestCase):

    def test_each_header_compiles_alone(self):
        cflags = flags(["--cflags"])
        names = headers(PREFIX / "include")
        self.assertGreater(len(names), 100)
        self.assertEqual(not_self_sufficient(PREFIX / "include", names, cflags), [])

    def test_a_header_that_needs_another_is_found(self):
        planted = WORK / "planted" / "uvea"
        planted.mkdir(parents=True)
        (planted / "needy.h").write_text("#pragma once\ninline std::string name() { return {}; }\n")
        [fault] = not_self_sufficient(planted.parent, headers(planted.parent), flags(["--cflags"]))
        self.assertIn("uvea/needy.h", fault)

    def test_no_generic_folder_is_on_the_include_path(self):
        self.assertEqual([path.name for path in (PREFIX / "include").iterdir()], ["uvea"])

    def test_pkg_config_is_enough(self):
        project = Project(WORK / "pkg_config", {"main.cpp": """
#include <uvea/config/configs_folder.h>
#include <uvea/hw/chip.h>
#include <uvea/nn/tflite/tflite_import.h>
#include <iostream>
int sc_main(int, char*[]) {
  const uvea::hw::ChipConfig config;
  const uvea::hw::Chip chip("chip", config);
  const std::string network = uvea::tb::configs_folder() + "/networks/fashion_mnist.tflite";
  std::cout << chip.clusters().size() << " clusters, "
            << uvea::nn::load_tflite(network, {}).layers.size() << " layers of " << network << "\\n";
  return 0;
}
"""})
        program = project.source / "own"
        run([CXX, project.source / "main.cpp", "-o", program, *flags(["--cflags", "--libs"])], BARE)
        # The installation is not beside this program, so it is named.
        data = PREFIX / "share/uvea"
        said = run([program], {**BARE, "UVEA_DATA": str(data)}).splitlines()[-1]
        self.assertEqual(said, f"16 clusters, 12 layers of {data}/configs/networks/fashion_mnist.tflite")

    def configured(self, text):
        """What CMake says of a project that finds the package, without its line breaks; None if all is well."""
        project = Project(WORK / "finds", {"CMakeLists.txt":
                          f"cmake_minimum_required(VERSION 3.25)\nproject(own LANGUAGES CXX)\n{text}\n"})
        try:
            project.cmake(f"-DCMAKE_PREFIX_PATH={PREFIX}", environment=BARE)
        except AssertionError as refused:
            return " ".join(str(refused).split())
        return None

    def test_find_package_says_what_is_wrong(self):
        self.assertIsNone(self.configured("find_package(uvea REQUIRED COMPONENTS chip nn)"))
        self.assertIn("there is no component 'ship': expected some of",
                      self.configured("find_package(uvea REQUIRED COMPONENTS ship)"))
        self.assertIn("for exactly C++17, this project is for C++20: set(CMAKE_CXX_STANDARD 17)",
                      self.configured("set(CMAKE_CXX_STANDARD 20)\nfind_package(uvea REQUIRED)"))

    def test_only_what_is_linked_must_be_there(self):
        hidden = "set(CMAKE_DISABLE_FIND_PACKAGE_JPEG TRUE)\nfind_package(uvea REQUIRED COMPONENTS {})"
        self.assertIsNone(self.configured(hidden.format("chip")))
        self.assertIn("uvea::nn needs JPEG::JPEG, which is not found", self.configured(hidden.format("nn")))

    def test_the_program_finds_what_lies_beside_it(self):
        networks = PREFIX / "share/uvea/configs/networks"
        shutil.copy(networks / "alexnet.csv", networks / "only_here.csv")
        self.assertIn("only_here", run([PREFIX / "bin/uvea", "networks"], BARE))

    def test_the_manual_and_the_completions_lie_where_they_are_looked_for(self):
        for path in ("man/man1/uvea.1", "bash-completion/completions/uvea", "zsh/site-functions/_uvea"):
            self.assertIn("uvea", (PREFIX / "share" / path).read_text())

    def test_rtl_of_sizes_that_are_not_built_in_is_made_from_what_is_installed(self):
        uvea = PREFIX / "bin/uvea"
        if "--rtl" in run([uvea, "run", "--help"], BARE) and shutil.which("verilator"):
            cache = WORK / "cache"
            said = run([uvea, "run", "--batch", "1", "--layers", "11-11", "--rtl", "shadow", "--set",
                        "pe.psum_entries=20"], {**BARE, "UVEA_CACHE": str(cache)})
            self.assertIn("no difference in value, order, cycle or class of cycle", said)
            self.assertEqual(len(list(cache.glob("rtl/*.so"))), 1)

    def test_the_page_of_a_report_lies_beside_the_program(self):
        if not (PREFIX / "share/uvea/page/report.html").exists():
            self.skipTest("no page: npm is not there")
        out = WORK / "reported"
        run([PREFIX / "bin/uvea", "run", "--layers", "12", "--quiet", "--out", out, "--report"], BARE)
        self.assertIn('"network":"fashion_mnist"', (out / "report.html").read_text())

    def test_a_wrong_UVEA_DATA_is_the_users_mistake(self):
        done = subprocess.run([PREFIX / "bin/uvea", "networks"], env={**BARE, "UVEA_DATA": "/nowhere"},
                              text=True, capture_output=True, check=False)
        self.assertEqual(done.returncode, 2)
        self.assertRegex(done.stderr, "^uvea: error: UVEA_DATA '/nowhere': expected [^\\n]*\\n$")


def build_example(name):
    folder = WORK / name
    shutil.copytree(EXAMPLES / name, folder)
    run(["cmake", "-G", "Ninja", "-S", folder, "-B", folder / "build", f"-DCMAKE_PREFIX_PATH={PREFIX}"], BARE)
    run(["cmake", "--build", folder / "build"], BARE)


class Examples(unittest.TestCase):
    """Each in a folder of its own, with nothing but the package."""

    @classmethod
    def setUpClass(cls):
        names = sorted(path.name for path in EXAMPLES.iterdir())
        cls.assertEqual(cls(), names, ["own_layer", "own_memory", "own_pe", "own_platform"])
        with ThreadPoolExecutor(2) as pool:
            list(pool.map(build_example, names))

    def said(self, name, *arguments):
        """The lines of the example, which exits with 0."""
        data = {**BARE, "UVEA_DATA": str(PREFIX / "share/uvea"), "SYSTEMC_DISABLE_COPYRIGHT_MESSAGE": "1"}
        return run([WORK / name / "build" / name, *arguments], data)

    def cycles(self, text):
        [cycles] = re.findall(r"^(\d+) cycles, equal to the reference$", text, re.M)
        return int(cycles)

    def test_they_are_short(self):
        for path in EXAMPLES.rglob("*.*"):
            self.assertLessEqual(len(path.read_text().splitlines()), 60, path)

    def test_own_platform(self):
        chains = re.findall(r"^(\d+) layers, equal to the reference$", self.said("own_platform"), re.M)
        self.assertEqual(sum(map(int, chains)), 10, "all of the network's layers that the chip runs")
        self.assertGreater(max(map(int, chains)), 1, "layers chained in DRAM")
        self.assertIn("1", chains, "one by itself")

    def test_own_memory(self):
        self.assertGreater(self.cycles(self.said("own_memory")), 0)

    def test_own_pe(self):
        self.assertGreater(self.cycles(self.said("own_pe")), self.cycles(self.said("own_pe", "model")))

    def test_own_layer(self):
        for seed in (1, 2, 3):
            said = self.said("own_layer", str(seed))
            classes = {words: int(count) for count, words in re.findall(r"^(\d+)  (.*)$", said, re.M)}
            in_all = classes.pop("PE cycles in all")
            self.assertEqual(sum(classes.values()), in_all)
            self.assertEqual(in_all, 192 * self.cycles(said))
            self.assertGreater(classes["useful MACs"] + classes["idle lanes"] + classes["gated MACs"], 0)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
