"""A project in an empty folder, configured and built with CMake as somebody else would do it."""

import json
import os
import shutil
import subprocess
from pathlib import Path


class Project:
    def __init__(self, folder, files):
        self.source = Path(folder)
        shutil.rmtree(self.source, ignore_errors=True)
        for name, text in files.items():
            path = self.source / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        self.build = self.source / "build"

    def cmake(self, *arguments, source=None, environment=None):
        return run(["cmake", "-G", "Ninja", "-S", source or self.source, "-B", self.build,
                    "-DCMAKE_EXPORT_COMPILE_COMMANDS=ON", *arguments], environment)

    def make(self, *targets, environment=None):
        return run(["cmake", "--build", self.build, "--target", *targets], environment)

    def cached(self, name):
        for line in (self.build / "CMakeCache.txt").read_text().splitlines():
            if line.startswith(name + ":"):
                return line.split("=", 1)[1]
        return None

    def command_of(self, source):
        """The command that compiles the file whose path ends like this."""
        commands = json.loads((self.build / "compile_commands.json").read_text())
        [command] = [entry["command"] for entry in commands if entry["file"].endswith(source)]
        return command


def run(command, environment=None):
    """Runs it; what it said is in the error when it fails."""
    done = subprocess.run([str(word) for word in command], text=True, check=False, env=environment,
                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    if done.returncode != 0:
        raise AssertionError(f"{' '.join(str(word) for word in command)}: {done.returncode}\n{done.stdout}")
    return done.stdout


def environment_without(*names, **changed):
    kept = {name: value for name, value in os.environ.items() if name not in names}
    return {**kept, **changed}
