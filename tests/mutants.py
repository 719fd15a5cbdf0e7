"""Plant small mistakes everywhere and see whether the tests notice: ``mutants.py metrics splits``.

``python -m nox -s mutants`` runs it with mutmut in an environment of its own. A room is copied to
``build/mutants``, so nothing here changes; a second call tries those that are left or survived, and
``--report`` only tells what is known. What survived, and why it may, stands in tests/mutants.md.
"""

from __future__ import annotations

import argparse
import ast
import difflib
import json
import os
import random
import shutil
import subprocess
import sys
from collections import Counter
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
READERS = ["lines", "ratings", "readers"]
# Of each room: what is changed, and the tests that shall notice.
ROOMS = {
    "metrics": (["helpers/metrics/*"], ["tests/helpers/metrics"]),
    "readers": (
        [f"helpers/data/{name}.py" for name in READERS],
        [f"tests/helpers/data/test_{name}.py" for name in [*READERS, "tags"]]
        + ["tests/fuzz/test_against_slow_reader.py"],
    ),
    "archives": (
        ["helpers/data/archives.py", "helpers/data/loading.py"],
        ["tests/helpers/data/test_archives.py", "tests/helpers/data/test_loading.py"],
    ),
    "splits": (["helpers/splits/*"], ["tests/helpers/splits/test_protocols.py"]),
    "interactions": (
        ["helpers/interactions/*"],
        ["tests/helpers/interactions/test_value.py", "tests/helpers/interactions/test_hashing.py"],
    ),
    "similarity": (["helpers/similarity/*"], ["tests/helpers/similarity"]),
}
# It looks at who is warned, and every call of a changed function goes through a frame of mutmut's.
LEFT_OUT = "tests/helpers/data/test_loading.py::test_a_warning_is_about_the_line_that_loads"
SEED = 0
ENOUGH = 0.9
KILLED = ("killed", "timeout", "segfault")
SETTINGS = """\
[mutmut]
source_paths=helpers
only_mutate=
    {mutate}
also_copy=
    data
    book
    helpers
pytest_add_cli_args_test_selection=
    {tests}
pytest_add_cli_args=
    -p
    no:cacheprovider
    -p
    no:xdist
    --deselect
    {left_out}
timeout_constant=10
"""
QUICK = """
from hypothesis import Phase

settings.register_profile(
    "quick", settings.get_profile("course"), max_examples=30, phases=list(Phase)[:3]
)
settings.load_profile("quick")
"""


def main() -> None:
    options = asked(sys.argv[1:])
    enough = True
    for room in options.rooms:
        copy = ROOT / "build" / "mutants" / room
        if not options.report:
            prepare(room, copy)
            run(copy, options.children, options.most)
        enough &= report(room, copy, options.most)
    sys.exit(
        0 if enough else f"In some room fewer than {ENOUGH:.0%} were killed, or not all tried."
    )


def asked(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("rooms", nargs="*", metavar="ROOM", help=f"all of {', '.join(ROOMS)}")
    parser.add_argument("--children", default="1", help="how many processes at a time")
    parser.add_argument("--most", type=int, default=250, help="how many of one file, by chance")
    parser.add_argument("--report", action="store_true", help="run nothing")
    options = parser.parse_args(arguments)
    # argparse itself would hold no room at all against a list of choices, and refuse it.
    options.rooms = options.rooms or list(ROOMS)
    if unknown := [room for room in options.rooms if room not in ROOMS]:
        parser.error(f"There is no room {unknown[0]!r}: choose from {', '.join(ROOMS)}.")
    return options


def prepare(room: str, copy: Path) -> None:
    """Copy what the tests of a room need; what is known of files that are as before stays."""
    copy.mkdir(parents=True, exist_ok=True)
    for old in (copy / "helpers").rglob("*.py"):
        new = ROOT / old.relative_to(copy)
        if not new.is_file() or new.read_bytes() != old.read_bytes():
            for known in (copy / "mutants" / old.relative_to(copy).parent).glob(f"{old.name}*"):
                known.unlink()
    ignore = shutil.ignore_patterns("__pycache__")
    for name in ("helpers", "tests", "data", "book"):
        shutil.rmtree(copy / name, ignore_errors=True)
        shutil.copytree(ROOT / name, copy / name, ignore=ignore)
    shutil.copy(ROOT / "pyproject.toml", copy)
    # One failing example kills; to look for the smallest takes longer than all else, and what
    # thirty examples do not see is told as a survivor.
    with (copy / "tests" / "conftest.py").open("a", encoding="utf-8") as conftest:
        conftest.write(QUICK)
    mutate, tests = ("\n    ".join(names) for names in ROOMS[room])
    settings = SETTINGS.format(mutate=mutate, tests=tests, left_out=LEFT_OUT)
    (copy / "setup.cfg").write_text(settings, encoding="utf-8")


def run(copy: Path, children: str, most: int) -> None:
    """One mutant after the other; of a long file, a sample."""
    mutmut = [sys.executable, "-m", "mutmut", "run", "--max-children", children]
    # It makes them all first, and then finds none of that name, which is no news.
    here = {"cwd": copy, "env": environment()}
    made = subprocess.run(
        [*mutmut, "no.such.mutant"], check=False, capture_output=True, text=True, **here
    )
    if "nothing matches" not in made.stderr:
        print(made.stdout, made.stderr, sep="\n")
    left = [
        name
        for name, code in chosen(copy, most).items()
        if status(code) not in KILLED and not (code is not None and changes_words_only(copy, name))
    ]
    if left:
        subprocess.run([*mutmut, *left], check=False, **here)


def changes_words_only(copy: Path, name: str) -> bool:
    module = name.split(".x", maxsplit=1)[0].replace(".", "/")
    sources = [copy / "mutants" / f"{module}.py", copy / "mutants" / module / "__init__.py"]
    source = next(path for path in sources if path.is_file())
    return same_but_messages(*versions(functions_of(source), name))


def status(code: int | None) -> str:
    from mutmut.stats import status_by_exit_code

    return status_by_exit_code[code]


def environment() -> dict[str, str]:
    # What a test starts as a process of its own imports the code as it is.
    return {**os.environ, "PYTHONPATH": str(ROOT), "COURSE_FUZZ_LINES": "1500"}


def chosen(copy: Path, most: int) -> dict[str, int | None]:
    """The mutants to try, and what became of them, if anything."""
    found = {}
    for file in sorted(copy.glob("mutants/helpers/**/*.meta")):
        codes = json.loads(file.read_text("utf-8"))["exit_code_by_key"]
        names = sorted(codes)
        if len(names) > most:
            names = random.Random(SEED).sample(names, most)
        found.update({name: codes[name] for name in names})
    return found


def report(room: str, copy: Path, most: int) -> bool:
    """Tell how many of each file were killed and what the others change; whether it is enough."""
    asked = chosen(copy, most)
    survivors = []
    total: Counter[str] = Counter()
    for meta in sorted(copy.glob("mutants/helpers/**/*.meta")):
        source = meta.with_suffix("")
        functions = functions_of(source)
        count: Counter[str] = Counter()
        for name in json.loads(meta.read_text("utf-8"))["exit_code_by_key"]:
            if name not in asked:
                continue
            original, mutant = versions(functions, name)
            fate = "killed" if status(asked[name]) in KILLED else "survived"
            fate = "text" if same_but_messages(original, mutant) else fate
            fate = "not tried" if asked[name] is None else fate
            count[fate] += 1
            if fate == "survived":
                survivors.append((name, status(asked[name]), difference(original, mutant)))
        total += count
        if count:
            print(f"{room}: {source.relative_to(copy / 'mutants')}: {dict(count)}")
    for name, how, changed in survivors:
        print(f"\n{name}: {how}\n{changed}")
    judged = total["killed"] + total["survived"]
    print(f"\n{room}: {total['killed']} of {judged} killed; {total['text']} change a message only")
    # Where the tests fail without a mutant, none is tried.
    return judged > 0 and not total["not tried"] and total["killed"] >= ENOUGH * judged


@cache
def functions_of(source: Path) -> dict[str, ast.FunctionDef]:
    tree = ast.parse(source.read_text("utf-8"))
    return {node.name: node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}


def versions(functions: dict, name: str) -> tuple[ast.FunctionDef, ast.FunctionDef]:
    mangled = name.rsplit(".", 1)[-1]
    original = functions[mangled.rsplit("__mutmut_", 1)[0] + "__mutmut_orig"]
    return original, functions[mangled]


def same_but_messages(original: ast.FunctionDef, mutant: ast.FunctionDef) -> bool:
    """Whether only the words of an error or a warning differ."""
    return told(original, words=False) == told(mutant, words=False)


def told(function: ast.FunctionDef, *, words: bool) -> str:
    function = ast.parse(ast.unparse(function)).body[0]
    function.name = "function"
    for node in ast.walk(function):
        if not words and isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call):
            node.exc.args = []
    return ast.unparse(function)


def difference(original: ast.FunctionDef, mutant: ast.FunctionDef) -> str:
    before, after = (told(each, words=True).splitlines() for each in (original, mutant))
    lines = list(difflib.unified_diff(before, after, lineterm="", n=0))[3:]
    return "\n".join(f"    {line}" for line in lines)


if __name__ == "__main__":
    main()
