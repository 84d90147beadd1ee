#!/usr/bin/env python3
"""Makes small faults in scratch copies of the TLM PE (hw/pe), or of another folder of those who compare
(--room), and checks that each one is found.

Only the files that a mutant changes are compiled; everything else comes from BUILD, a Ninja build
folder of SOURCE. uvea-check-pe, linked with the mutant, compares TLM PE and RTL PE over the stimulus
files and random work up to the first difference; a mutant without any has survived. The unchanged PE
must pass. A mutant of a header must leave the layout of its classes alone.
"""
import json
import pathlib
import re
import shlex
import signal
import subprocess
import sys

import mutants as common

CHECKER = "tb/tests/mutants/uvea-check-pe"
WINDOWS, FIRST_SEED = 10000, 1
# Of processor time and memory: a mutant may never end. The unchanged PE takes a second.
LIMITED = ["sh", "-c", 'ulimit -t 60; ulimit -v 4000000; exec "$@"', "sh"]


class Build:
    """Compiles changed files of a room as the build folder does, and links the checker with them."""

    def __init__(self, source, folder, room):
        self.room, self.folder, self.name = source / room, folder, room
        entries = json.loads((folder / "compile_commands.json").read_text(encoding="utf-8"))
        self.compile = {pathlib.Path(e["file"]).name: shlex.split(e["command"])
                        for e in entries if pathlib.Path(e["file"]).parent == self.room}
        commands = subprocess.run(["ninja", "-C", str(folder), "-t", "commands", CHECKER],
                                  capture_output=True, text=True, check=False)
        links = [line for line in commands.stdout.splitlines() if f" -o {CHECKER} " in line]
        if not self.compile or len(links) != 1:
            raise OSError(f"{folder}: not a Ninja build folder of {source} with {CHECKER}")
        # ": && COMMAND && :"
        self.link = shlex.split(links[0].split("&&")[1])
        texts = {file.name: file.read_text(encoding="utf-8")
                 for file in self.room.iterdir() if file.suffix in (".h", ".cpp")}
        self.includes = {name: set(re.findall(rf'#include "{room}/([^"]*)"', text))
                         for name, text in texts.items()}
        with_tlm = set()
        for name, text in texts.items():
            if re.search(r'#include (<systemc>|<tlm>|"tlm/)', text):
                with_tlm.update(self.users(name))
        # The precompiled header is SystemC and TLM: the other files are quicker without it.
        for name in self.compile.keys() - with_tlm:
            command = self.compile[name]
            if "-include" in command:
                at = command.index("-include")
                del command[at:at + 2]

    def users(self, file):
        """The files to compile when `file` has changed."""
        reached = {file}
        while True:
            more = {f for f, included in self.includes.items() if included & reached} - reached
            if not more:
                return sorted(f for f in reached if f in self.compile)
            reached |= more

    def make(self, scratch, files):
        """Returns the checker with the PE in `scratch`, and what went wrong."""
        objects = []
        for file in files:
            command = self.compile[file]
            if "ccache" in pathlib.Path(command[0]).name:
                command = command[1:]
            objects.append(str(scratch / file) + ".o")
            at = command.index("-o")
            # The scratch folder's headers first; no warnings; quick rather than fast.
            command = [command[0], f"-I{scratch}", *command[1:at], "-w", "-O1", "-o", objects[-1],
                       "-c", str(scratch / self.name / file)]
            wrong = self.call(command)
            if wrong:
                return None, "does not compile: " + wrong
        checker = str(scratch / "checker")
        command = [checker if part == CHECKER else part for part in self.link]
        # In front of the libraries, so that those do not give theirs.
        command[command.index("-o"):command.index("-o")] = objects
        wrong = self.call(command)
        return checker, "does not link: " + wrong if wrong else ""

    def call(self, command):
        done = subprocess.run(command, cwd=self.folder, capture_output=True, text=True, check=False)
        if done.returncode == 0:
            return ""
        errors = [line for line in done.stderr.splitlines() if "error" in line]
        return (errors or done.stderr.splitlines() or ["no message"])[0]


def run():
    parser = common.arguments(__doc__)
    parser.add_argument("source", metavar="SOURCE", type=pathlib.Path)
    parser.add_argument("build", metavar="BUILD", type=pathlib.Path)
    parser.add_argument("list", metavar="MUTANTS", type=pathlib.Path)
    parser.add_argument("--room", metavar="FOLDER", default="hw/pe",
                        help="folder of the changed files; default: hw/pe")
    parser.add_argument("stimuli", metavar="STIMULUS_FILE", nargs="*", type=pathlib.Path)
    options = parser.parse_args()
    build = Build(options.source.resolve(), options.build.resolve(), options.room)
    mutants = common.read_mutants(options.list)
    # Of the unchanged ones all that a mutant changes are compiled here too.
    unchanged = sorted({user for mutant in mutants for user in build.users(mutant.file)})
    work = [str(WINDOWS), str(FIRST_SEED), *(str(s.resolve()) for s in options.stimuli)]

    def try_one(mutant, scratch):
        folder = scratch / options.room
        folder.mkdir(parents=True)
        wrong = common.copy_and_change(build.room, ["*.h", "*.cpp"], folder, mutant)
        if wrong:
            return common.Result("broken", wrong)
        checker, wrong = build.make(scratch, build.users(mutant.file) if mutant else unchanged)
        if wrong:
            return common.Result("broken", wrong)
        ran = subprocess.run([*LIMITED, checker, *work], capture_output=True, text=True, check=False)
        if ran.returncode == 0:
            return common.Result("survived", ran.stdout.strip().splitlines()[-1])
        if ran.returncode == 1:
            kind, line = common.screen_of(ran.stdout)
            if kind == "nothing":
                return common.Result("broken", f"the screen names no moment: {line}")
            return common.Result("found", f"{kind}, {line}")
        if ran.returncode < 0:
            name = signal.Signals(-ran.returncode).name
            return common.Result("found" if mutant else "broken", f"the model ends by {name}")
        return common.Result("broken", ran.stderr.strip() or f"exit status {ran.returncode}")

    return common.try_all(mutants, options, try_one)


if __name__ == "__main__":
    sys.exit(common.main(run))
