"""Check a change in less than three minutes: style, types, and the tests that it touches.

``python -m nox -s quick`` runs it. What the change touches is read from git and from imports, and
the nearest tests come first; those for which there is no time are named. ``python -m nox -s tests``
runs them all.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from pathlib import Path

import seconds
import touched

ROOT = Path(__file__).resolve().parents[1]
# Of one core. On two quiet ones that is half as long, and style and types take the rest.
MOST_SECONDS = 180.0
NAMED = 3
PYTEST = (
    *(sys.executable, "-m", "pytest", "-q"),
    *("--nbval-lax", "--nbval-current-env", "--nbval-cell-timeout=300"),
    *("-n", "logical", "--maxprocesses=4", "--dist=loadfile", "--no-loadscope-reorder"),
)


def main() -> None:
    options = asked(sys.argv[1:])
    changed = touched.changed_files(ROOT, options.since or usual_base())
    known = seconds.stored()
    distance = touched.House(ROOT).touched(changed)
    taken, left_out = touched.fitting(distance, known, options.seconds)
    print(told(changed, taken, left_out, known), flush=True)
    failed = [
        " ".join(command[2:5])
        for command in commands(changed, taken)
        if subprocess.run(command, cwd=ROOT, check=False).returncode
    ]
    if failed:
        sys.exit(f"Failed: {', '.join(failed)}")


def asked(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="nox -s quick --", description=__doc__)
    parser.add_argument(
        "--since", metavar="COMMIT", help="what to compare with; main where it is left out"
    )
    parser.add_argument(
        "--seconds",
        type=float,
        default=MOST_SECONDS,
        help=f"what the tests may take of one core; {MOST_SECONDS:.0f} where it is left out",
    )
    return parser.parse_args(arguments)


def usual_base() -> str:
    """The main branch, or the last commit where there is none."""
    for name in ("origin/main", "main"):
        command = ["git", "rev-parse", "--verify", "--quiet", name]
        if not subprocess.run(command, cwd=ROOT, capture_output=True, check=False).returncode:
            return name
    return "HEAD"


def commands(changed: list[str], tests: list[str]) -> list[list[str]]:
    """What is run: style always, types and tests where there is something to check."""
    run = [sys.executable, "-m"]
    found = [[*run, "ruff", "check"], [*run, "ruff", "format", "--check"]]
    if any(name.endswith((".py", ".toml")) for name in changed):
        found.append([*run, "mypy"])
    return [*found, [*PYTEST, *tests]] if tests else found


def told(changed: list[str], taken: list[str], left_out: list[str], known: dict[str, float]) -> str:
    """One line: how much of what the change touches is run, and what is not."""
    if not changed:
        return "Nothing has changed: style only. Everything: python -m nox -s tests"
    total = sum(seconds.assumed(name, known) for name in taken)
    line = (
        f"{len(changed)} changed files touch {len(taken) + len(left_out)} files of tests; "
        f"{len(taken)} run, about {total:.0f} s of one core."
    )
    if left_out:
        longest = sorted(left_out, key=lambda name: -seconds.assumed(name, known))
        more = f" and {len(left_out) - NAMED} more" if len(left_out) > NAMED else ""
        line += f" Left out for time: {', '.join(longest[:NAMED])}{more}."
    return f"{line} Everything: python -m nox -s tests"


if __name__ == "__main__":
    main()
