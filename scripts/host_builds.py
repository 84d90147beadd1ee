"""Builds of the program that scripts time or count: without RTL, in build/host_speed of a checkout."""
import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent


def say(*command: str, cwd: pathlib.Path = ROOT) -> None:
    """Runs a command; what it prints is no part of a script's table."""
    subprocess.run(command, cwd=cwd, check=True, stdout=sys.stderr)


def build(tree: pathlib.Path = ROOT) -> pathlib.Path:
    """The program of a checkout."""
    say("cmake", "--preset", "release", "-DUVEA_RTL=OFF", "-B", "build/host_speed", cwd=tree)
    say("cmake", "--build", "build/host_speed", "--target", "uvea", cwd=tree)
    return tree / "build/host_speed/uvea"


def checked_out(name: str, commit: str) -> pathlib.Path:
    """A worktree below build/ that is as the commit is, whatever was changed in it before."""
    tree = ROOT / "build" / name
    if not tree.exists():
        say("git", "worktree", "add", "--detach", str(tree), commit)
    else:
        say("git", "checkout", "--quiet", "--force", "--detach", commit, cwd=tree)
    return tree
