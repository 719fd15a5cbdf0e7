"""Feed the targets with what a coverage-guided fuzzer makes: ``run.py --minutes 10``.

It needs atheris (libFuzzer, Linux); ``python -m nox -s fuzz`` installs it apart. An input that
breaks a promise is written to the folder ``--kept``; ``run.py --again FILE`` repeats it.
"""

from __future__ import annotations

import argparse
import os
import random
import sys
from pathlib import Path

SLOWEST = 20  # seconds for an input of at most LONGEST bytes; more is a hang
LONGEST = 16_384
LARGEST_MEMORY = 2_048  # MB of the whole process


def seeds(folder: Path) -> None:
    """Something sound of each kind to begin with, so that little time goes into finding it."""
    import targets
    from spoiling import spoilt

    chance = random.Random(0)
    folder.mkdir(parents=True, exist_ok=True)
    for number, layout in enumerate(targets.LAYOUTS):
        for rate in (0, 0.3):
            files = spoilt(chance, layout, 4, rate)
            names = [name for name in targets.FILES[layout] if name]
            content = targets.BREAK.join(files[name] for name in names)
            (folder / f"folder-{layout}-{rate}").write_bytes(bytes([0, number]) + content)
            members = [b"ml/" + name.encode() + b"\n" + files[name] for name in names]
            content = targets.BREAK.join(members)
            (folder / f"packed-{layout}-{rate}").write_bytes(b"\x02" + content)
            (folder / f"archive-{layout}-{rate}").write_bytes(b"\x01" + targets.zipped(members))
    for number in range(20):
        (folder / f"frames-{number}").write_bytes(b"\x03" + chance.randbytes(60))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--kept", type=Path, default=Path("build/fuzz"))
    parser.add_argument("--again", type=Path)
    options = parser.parse_args()
    import atheris

    with atheris.instrument_imports(
        include=["helpers.data", "helpers.interactions", "csv", "zipfile"]
    ):
        import targets
    # A folder of its own: two runs at a time would read each other's files.
    targets.WHERE = options.kept / f"files-{os.getpid()}"
    targets.WHERE.mkdir(parents=True, exist_ok=True)
    if options.again:
        targets.one_input(options.again.read_bytes())
        return
    seeds(options.kept / "corpus")
    arguments = [
        sys.argv[0],
        str(options.kept / "corpus"),
        f"-max_total_time={round(options.minutes * 60)}",
        f"-timeout={SLOWEST}",
        f"-rss_limit_mb={LARGEST_MEMORY}",
        f"-max_len={LONGEST}",
        f"-artifact_prefix={options.kept}/",
        "-print_final_stats=1",
    ]
    atheris.Setup(arguments, targets.one_input)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
