"""Lists of small faults ("mutants") and what the runners have in common.

A list is made of blocks:

    FILE: what the fault is
    - text that occurs exactly once in FILE
    + what takes its place; may be empty
    = why nothing can tell it from the unchanged PE     (only of those that are equivalent)

Lines that begin with # are comments. Every mutant must be found, but one with a line "=" must not.
"""
import argparse
import concurrent.futures
import dataclasses
import os
import pathlib
import re
import shutil
import sys
import tempfile

SKIPPED = 77  # exit status that ctest takes for "skipped"


@dataclasses.dataclass(frozen=True)
class Mutant:
    file: str
    what: str
    old: str
    new: str
    equivalent: str = ""  # why


@dataclasses.dataclass(frozen=True)
class Result:
    """What became of a mutant: "found", "survived" or "broken" (it is no mutant at all)."""
    kind: str
    detail: str = ""


class ListError(Exception):
    pass


def read_mutants(path):
    mutants = []
    for block in path.read_text(encoding="utf-8").split("\n\n"):
        lines = [line for line in block.splitlines() if line and not line.startswith("#")]
        if not lines:
            continue
        head = lines[0].split(": ", 1)
        marks = "".join(line[0] for line in lines[1:])
        texts = [line[2:] for line in lines[1:]]
        if len(head) != 2 or marks not in ("-+", "-+="):
            raise ListError(f"{path}: not a mutant: {lines[0]}")
        mutant = Mutant(*head, *texts)
        if mutant.old == mutant.new or not mutant.old:
            raise ListError(f"{path}: changes nothing: {lines[0]}")
        if (mutant.file, mutant.what) in ((m.file, m.what) for m in mutants):
            raise ListError(f"{path}: twice: {lines[0]}")
        mutants.append(mutant)
    return mutants


def copy_and_change(source, patterns, folder, mutant):
    """Copies the files of `source` into `folder`, with the mutant. What is wrong, or ""."""
    for pattern in patterns:
        for file in source.glob(pattern):
            shutil.copy(file, folder)
    if mutant is None:
        return ""
    changed = folder / mutant.file
    if not changed.is_file():
        return f"there is no file {mutant.file}"
    text = changed.read_text(encoding="utf-8")
    if text.count(mutant.old) != 1:
        return f"its text occurs {text.count(mutant.old)} times"
    changed.write_text(text.replace(mutant.old, mutant.new), encoding="utf-8")
    return ""


def arguments(description):
    parser = argparse.ArgumentParser(description=description,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", metavar="TEXT", default="",
                        help="only the mutants with this text in their file or name")
    parser.add_argument("--unchanged", action="store_true", help="no mutants: only the PE as it is")
    parser.add_argument("--jobs", type=int, default=len(os.sched_getaffinity(0)),
                        help="so many at a time; default: one per processor")
    return parser


def screen_of(text):
    """What the screen of a difference (uvea-check-pe, as `uvea replay`) tells first: its kind, and a line.

    Kinds: "MAC" a multiply-accumulate that differs, "event" a psum, window or handshake of another value or
    cycle, "rule" of the pins that the RTL broke, "end" a model that stopped; "totals" without any moment;
    "nothing" when the screen says less than it should."""
    lines = text.splitlines()
    seed = pathlib.PurePath(lines[0].split(":")[0]).name if lines else ""
    marks = [line for line in lines if line.endswith("<- the first that differs")]
    for at, line in enumerate(lines):
        if not line.startswith("first divergence: "):
            continue
        sides = [" ".join(l.split()) for l in lines[at + 1:at + 3]]
        what = line.split(": ", 1)[1].split(" (")[0]
        told = f"{seed}: {what}, {', '.join(sides)}"
        if len(sides) != 2 or not sides[0].startswith("expected") or not sides[1].startswith("got") \
                or sides[0][8:].strip() == sides[1][3:].strip() or len(marks) > 1:
            return "nothing", told
        if marks:
            both = marks[0].removesuffix("<- the first that differs").rstrip()
            return "MAC", f"{told}; {' '.join(both.split())}"
        return "event", told
    for kind, begin in ("rule", r"RTL.* cycle \d+"), ("totals", r"psum overflows|MACs"), ("end", "TLM"):
        for line in lines:
            if re.match(begin, line):
                return kind, f"{seed}: {line}"
    return "nothing", f"{seed}: the PEs differ"


def line_of(mutant, result):
    wanted = "survived" if mutant.equivalent else "found"
    word = {"found": "found", "survived": "SURVIVED", "broken": "BROKEN"}[result.kind]
    if result.kind == "survived" and mutant.equivalent:
        word = "equivalent"
    elif result.kind == "found" and mutant.equivalent:
        word = "NOT EQUIVALENT"
    detail = f" ({result.detail})" if result.detail else ""
    return result.kind == wanted, f"{word:<14} {mutant.file}: {mutant.what}{detail}"


def try_all(mutants, options, try_one):
    """try_one(mutant or None for the unchanged PE, scratch folder) -> Result. The exit status."""
    def in_scratch(mutant):
        with tempfile.TemporaryDirectory(prefix="mutant-") as scratch:
            return try_one(mutant, pathlib.Path(scratch))

    unchanged = in_scratch(None)
    print(f"unchanged: {unchanged.detail}", flush=True)
    if unchanged.kind != "survived":
        print("the unchanged PE does not pass: nothing can be said of its mutants")
        return 1
    if options.unchanged:
        return 0
    chosen = [m for m in mutants if options.only in f"{m.file}: {m.what}"]
    if not chosen:
        print(f"no mutant has '{options.only}' in its name")
        return 1
    good = found = equivalent = 0
    with concurrent.futures.ThreadPoolExecutor(max(1, options.jobs)) as pool:
        for mutant, result in zip(chosen, pool.map(in_scratch, chosen)):
            fine, line = line_of(mutant, result)
            good += fine
            found += result.kind == "found"
            equivalent += fine and bool(mutant.equivalent)
            print(line, flush=True)
    print(f"{len(chosen)} mutants: {found} found, {equivalent} equivalent, "
          f"{len(chosen) - good} not as they should be")
    return 0 if good == len(chosen) else 1


def main(run):
    try:
        return run()
    except (ListError, OSError) as error:
        print(f"mutants: error: {error}", file=sys.stderr)
        return 2
