#!/usr/bin/env python3
"""Makes small faults in scratch copies of the Verilog PE, Verilates each and checks that the screen of the
first difference, which `uvea replay` and `uvea run --rtl shadow` print, names a moment: the first
multiply-accumulate, psum, window or handshake that differs, or the rule of the pins that was broken.

CHECKER is uvea-check-pe. The unchanged PE must pass. Compiled quickly rather than fast, with the headers
and Verilator's own sources compiled once for all.
"""
import os
import pathlib
import shlex
import shutil
import subprocess
import sys
import tempfile

import mutants as common

WINDOWS, FIRST_SEED = 10000, 1
VERILATE = ["verilator", "--cc", "-O3", "--savable", "-Wno-fatal", "--x-assign", "unique", "--x-initial",
            "unique", "--top-module", "sparse_pe", "--prefix", "Vsparse_pe"]
COMPILE = ["-std=c++17", "-O0", "-w", "-fPIC", "-pthread", "-fvisibility=hidden", "-fno-gnu-unique",
           "-DVM_COVERAGE=0", "-DVM_SC=0", "-DVM_TRACE=0", "-DNDEBUG", "-DUVEA_RTL_KEY=\"mutant\""]
HEADERS = ["<verilated.h>", "<verilated_save.h>", "<memory>", '"tb/cosim/rtl/rtl_pins.h"']
LIMITED = ["sh", "-c", 'ulimit -t 60; ulimit -v 4000000; exec "$@"', "sh"]


def call(command, **more):
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True, check=False, **more)
    if done.returncode == 0:
        return ""
    errors = [line for line in (done.stdout + done.stderr).splitlines() if "rror" in line]
    return (errors or ["no message"])[0]


class Libraries:
    """Makes libraries as tb/cosim/rtl/rtl_recipe.cpp does."""

    def __init__(self, source, checker, folder):
        self.source, self.folder = source, folder
        root = subprocess.run(["verilator", "--getenv", "VERILATOR_ROOT"], capture_output=True, text=True,
                              check=True).stdout.strip()
        sizes = subprocess.run([checker, "--sizes"], capture_output=True, text=True, check=True).stdout.split()
        names = ("UVEA_RTL_PORTS", "UVEA_RTL_WORD_BITS", "UVEA_RTL_PSUM_BITS")
        self.compile = [*shlex.split(os.environ.get("CXX", "c++")), *COMPILE,
                        *(f"-D{name}={size}" for name, size in zip(names, sizes, strict=True)),
                        f"-I{source}", f"-I{root}/include", f"-I{root}/include/vltstd", f"-I{folder}"]
        (folder / "headers.h").write_text("".join(f"#include {name}\n" for name in HEADERS), encoding="utf-8")
        self.objects = []
        steps = [["-x", "c++-header", folder / "headers.h", "-o", folder / "headers.h.gch"]]
        for name in ("verilated", "verilated_save", "verilated_threads"):
            self.objects.append(folder / f"{name}.o")
            steps.append(["-c", f"{root}/include/{name}.cpp", "-o", self.objects[-1]])
        for step in steps:
            if wrong := call([*self.compile, *step]):
                raise OSError(f"Verilator's sources do not compile: {wrong}")

    def make(self, scratch):
        """Of the Verilog in `scratch`: the library, and what went wrong."""
        out, unit, library = scratch / "out", scratch / "unit.cpp", scratch / "library.so"
        files = [*sorted(scratch.glob("*.v")), *sorted((self.source / "tb/cosim/rtl").glob("*.vlt"))]
        if wrong := call([*VERILATE, "--Mdir", out, *files]):
            return None, "Verilator does not take it: " + wrong
        parts = [*sorted(out.glob("*.cpp")), self.source / "tb/cosim/rtl/rtl_shim.cpp"]
        unit.write_text("".join(f'#include "{part}"\n' for part in parts), encoding="utf-8")
        wrong = call([*self.compile, "-include", "headers.h", f"-I{out}", "-shared", unit, *self.objects,
                      "-o", library])
        return library, "does not compile: " + wrong if wrong else ""


def run():
    parser = common.arguments(__doc__)
    parser.add_argument("source", metavar="SOURCE", type=pathlib.Path)
    parser.add_argument("checker", metavar="CHECKER", type=pathlib.Path)
    parser.add_argument("list", metavar="MUTANTS", type=pathlib.Path)
    parser.add_argument("stimuli", metavar="STIMULUS_FILE", nargs="*", type=pathlib.Path)
    options = parser.parse_args()
    if shutil.which("verilator") is None:
        print("skipped: Verilator is not installed (apt: verilator)")
        return common.SKIPPED
    source, checker = options.source.resolve(), options.checker.resolve()
    work = [str(WINDOWS), str(FIRST_SEED), *(str(s.resolve()) for s in options.stimuli)]

    with tempfile.TemporaryDirectory(prefix="mutants-") as folder:
        libraries = Libraries(source, checker, pathlib.Path(folder))

        def try_one(mutant, scratch):
            wrong = common.copy_and_change(source / "rtl/pe", ["*.v"], scratch, mutant)
            library = None
            if not wrong:
                library, wrong = libraries.make(scratch)
            if wrong:
                return common.Result("broken", wrong)
            windows = ["200", *work[1:]] if mutant is None else work
            ran = subprocess.run([*LIMITED, checker, "--rtl", library, *windows], capture_output=True, text=True,
                                 check=False)
            if ran.returncode == 0:
                return common.Result("survived", ran.stdout.strip().splitlines()[-1])
            if ran.returncode != 1:
                return common.Result("broken", ran.stderr.strip() or f"exit status {ran.returncode}")
            kind, line = common.screen_of(ran.stdout)
            if kind in ("MAC", "event", "rule"):
                return common.Result("found", f"{kind}, {line}")
            return common.Result("broken", f"the screen names no moment: {kind}, {line}")

        # An equivalent one has no screen.
        return common.try_all([m for m in common.read_mutants(options.list) if not m.equivalent], options, try_one)


if __name__ == "__main__":
    sys.exit(common.main(run))
