#!/usr/bin/env python3
"""Makes small faults in scratch copies of a Verilog PE and checks that each one is found.

VECTORS is what the TLM PE says must happen, made by uvea-make-vectors. Icarus Verilog plays them into
each mutant with the self-checking bench up to the first difference; a mutant without any has survived.
The unchanged PE must pass.
"""
import pathlib
import shutil
import subprocess
import sys

import mutants as common


def play(rtl, folder, vectors, parameters):
    """Compiles the PE in `folder` and plays the vectors."""
    program = folder / "bench"
    files = sorted(str(f) for f in folder.glob("*.v"))
    compiled = subprocess.run(
        ["iverilog", "-g2005", "-o", str(program), "-s", "pe_tb",
         *(f"-Ppe_tb.{parameter}" for parameter in parameters), str(rtl / "tb" / "pe_tb.v"), *files], capture_output=True, text=True, check=False)
    if compiled.returncode != 0:
        return common.Result("broken", "does not compile: " + compiled.stderr.strip())
    ran = subprocess.run(["vvp", "-n", str(program), f"+vectors={vectors}", "+stop_at_first"],
                         capture_output=True, text=True, check=False)
    lines = ran.stdout.strip().splitlines()
    last = lines[-1] if lines else "no output"
    if last.startswith("PASS "):
        return common.Result("survived", last)
    if last == "FAIL outputs differ":
        return common.Result("found", lines[-2])
    return common.Result("broken", last)


def run():
    parser = common.arguments(__doc__)
    parser.add_argument("rtl", metavar="RTL_DIR", type=pathlib.Path)
    parser.add_argument("vectors", metavar="VECTORS", type=pathlib.Path)
    parser.add_argument("list", metavar="MUTANTS", type=pathlib.Path)
    parser.add_argument("parameters", metavar="NAME=VALUE", nargs="*", help="of pe_tb")
    options = parser.parse_args()
    if shutil.which("iverilog") is None or shutil.which("vvp") is None:
        print("skipped: Icarus Verilog is not installed (apt: iverilog)")
        return common.SKIPPED
    rtl, vectors = options.rtl.resolve(), options.vectors.resolve()

    def try_one(mutant, folder):
        wrong = common.copy_and_change(rtl / "pe", ["*.v"], folder, mutant)
        return common.Result("broken", wrong) if wrong else play(
            rtl, folder, vectors, options.parameters)

    return common.try_all(common.read_mutants(options.list), options, try_one)


if __name__ == "__main__":
    sys.exit(common.main(run))
