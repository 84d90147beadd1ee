#!/usr/bin/env python3
"""Makes small faults in scratch copies of the Verilog PE and checks that each one is found.

usage: run_rtl_mutants.py RTL_DIR VECTORS MUTANTS [--only TEXT]

VECTORS: what the TLM PE says must happen, made by make_vectors. Each mutant is played by Icarus
Verilog with the self-checking bench; one that passes has survived. The unchanged PE must pass.
"""
import concurrent.futures
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile


def read_mutants(path):
    mutants = []
    for block in path.read_text().split("\n\n"):
        lines = [line for line in block.splitlines() if line and not line.startswith("#")]
        if not lines:
            continue
        if len(lines) != 3 or lines[1][:2] != "- " or lines[2][:2] != "+ ":
            sys.exit(f"{path}: not a mutant: {lines[0]}")
        file, what = lines[0].split(": ", 1)
        mutants.append((file, what, lines[1][2:], lines[2][2:]))
    return mutants


def play(rtl, folder, vectors):
    """Compiles the PE in `folder` and plays the vectors; the bench's last line."""
    program = folder / "bench"
    files = sorted(str(f) for f in folder.glob("*.v"))
    compiled = subprocess.run(
        ["iverilog", "-g2005", "-o", str(program), "-s", "sparse_pe_tb",
         str(rtl / "tb" / "sparse_pe_tb.v"), *files], capture_output=True, text=True)
    if compiled.returncode != 0:
        return "does not compile: " + compiled.stderr.strip().splitlines()[0]
    ran = subprocess.run(["vvp", "-n", str(program), f"+vectors={vectors}"],
                         capture_output=True, text=True)
    lines = ran.stdout.strip().splitlines()
    return lines[-1] if lines else "no output"


def try_mutant(rtl, vectors, mutant):
    file, _, old, new = mutant
    with tempfile.TemporaryDirectory() as scratch:
        folder = pathlib.Path(scratch)
        for source in (rtl / "pe").glob("*.v"):
            shutil.copy(source, folder)
        if file:
            text = (folder / file).read_text()
            if text.count(old) != 1:
                return f"does not apply: its text occurs {text.count(old)} times"
            (folder / file).write_text(text.replace(old, new))
        return play(rtl, folder, vectors)


def main():
    rtl, vectors, list_file = (pathlib.Path(a).resolve() for a in sys.argv[1:4])
    only = sys.argv[5] if len(sys.argv) > 5 else ""
    mutants = [m for m in read_mutants(list_file) if only in m[0] + m[1]]
    unchanged = try_mutant(rtl, vectors, ("", "", "", ""))
    print(f"unchanged: {unchanged}")
    if not unchanged.startswith("PASS"):
        return 1
    bad = 0
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        results = pool.map(lambda m: try_mutant(rtl, vectors, m), mutants)
        for (file, what, _, _), result in zip(mutants, results):
            found = result.startswith("FAIL")
            bad += not found
            print(f"{'found   ' if found else 'SURVIVED'} {file}: {what}" +
                  ("" if found else f" ({result})"))
    print(f"{len(mutants) - bad} of {len(mutants)} mutants found")
    return 1 if bad or len(mutants) == 0 else 0


if __name__ == "__main__":
    sys.exit(main())
