#!/usr/bin/env python3
"""Uvea as a part of another project, and configured where nothing but the build folder can be written.

outer_project_test.py SOURCE_FOLDER WORK_FOLDER
"""

import sys
import unittest
from pathlib import Path

from project import Project, environment_without, run

SOURCE, WORK = Path(sys.argv[1]), Path(sys.argv[2])

OUTER = {
    "CMakeLists.txt": f"""
cmake_minimum_required(VERSION 3.25)
project(outer LANGUAGES C CXX)
enable_testing()
add_subdirectory({SOURCE} uvea EXCLUDE_FROM_ALL)
add_executable(outer outer.cpp)
target_link_libraries(outer PRIVATE uvea::chip)
""",
    # With -Wall -Wextra -Werror this would not compile.
    "outer.cpp": """
#include <uvea/hw/chip.h>
int sc_main(int argc, char* argv[]) { int unused; return 0; }
""",
}


class Outer(unittest.TestCase):
    def test_subdirectory_leaves_the_outer_project_as_it_was(self):
        project = Project(WORK / "outer", OUTER)
        project.cmake()
        self.assertEqual(project.cached("UVEA_TESTS"), "OFF")
        self.assertEqual(project.cached("UVEA_RTL"), "OFF")
        self.assertEqual(project.cached("UVEA_WERROR"), "OFF")
        self.assertIn("Total Tests: 0", run(["ctest", "--test-dir", project.build, "-N"]))
        outer, ours = project.command_of("/outer.cpp"), project.command_of("hw/chip.cpp")
        for flag in ("-Wall", "-Wextra", "-Wconversion"):
            self.assertIn(flag, ours)
            self.assertNotIn(flag, outer)
        for foreign in ("-Werror", "cmake_pch", "ccache"):
            self.assertNotIn(foreign, outer)
        self.assertNotIn("-Werror", ours)
        project.make("CMakeFiles/outer.dir/outer.cpp.o")

    def test_home_that_cannot_be_written(self):
        """A folder below /proc, as root can write everywhere else."""
        home = environment_without("CCACHE_DIR", "XDG_CACHE_HOME", "CCACHE_CONFIGPATH", "CCACHE_TEMPDIR",
                                   HOME="/proc/nowhere")
        project = Project(WORK / "no_home", {"empty": ""})
        said = project.cmake("-DUVEA_TESTS=OFF", "-DUVEA_RTL=OFF", source=SOURCE, environment=home)
        project.make("uvea_clock_period", environment=home)
        if not project.cached("UVEA_CCACHE").endswith("NOTFOUND"):
            self.assertIn(f"{project.build}/ccache is used", said)
            self.assertTrue(any((project.build / "ccache").rglob("*")), "nothing was cached")


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
