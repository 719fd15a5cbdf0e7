"""Run tests against a copy of the course into which mistakes are planted, one after the other.

One process for all of them, so that the libraries are imported once: ``planting.py COPY`` reads a
list of [file, [[old, new], …], tests] from its input, and prints the exit codes that pytest gave.
"""

import contextlib
import json
import os
import sys
from pathlib import Path

import pytest


def exit_code(copy: Path, tests: list[str]) -> int:
    """What pytest says of these tests, with the course and the tests imported anew."""
    ours = (
        "helpers.",
        "course.",
        "benchmarks.",
        "tests.",
        "worlds.",
        "stand_ins.",
        "small_lesson.",
    )
    for name in [name for name in sys.modules if f"{name}.".startswith(ours)]:
        del sys.modules[name]
    # Where the caller reads the answer, pytest shall not write.
    with contextlib.redirect_stdout(sys.stderr):
        return int(pytest.main(["-q", "-x", "-p", "no:cacheprovider", "-p", "no:xdist", *tests]))


def main(copy: Path) -> None:
    os.chdir(copy)
    sys.path.insert(0, str(copy))
    sys.dont_write_bytecode = True
    import helpers

    assert Path(helpers.__file__).is_relative_to(copy), helpers.__file__
    plants = json.load(sys.stdin)
    everything = sorted({test for _, _, tests in plants for test in tests})
    codes = [exit_code(copy, everything)]
    for file, changes, tests in plants:
        path = copy / file
        sound = path.read_text("utf-8")
        spoilt = sound
        for old, new in changes:
            assert sound.count(old) == 1, old
            spoilt = spoilt.replace(old, new)
        path.write_text(spoilt, "utf-8")
        codes.append(exit_code(copy, tests))
        path.write_text(sound, "utf-8")
    print(json.dumps(codes))


if __name__ == "__main__":
    main(Path(sys.argv[1]).resolve())
