"""What is committed works on any machine: no address of a registry, no path of one machine."""

import re

# Written in halves, so that this file does not name what it looks for.
REGISTRIES = [
    ("py", "pi.org"),
    ("python", "hosted.org"),
    ("ana", "conda.org"),
    ("ana", "conda.com"),
    ("registry.", "npmjs"),
    ("registry.", "yarnpkg"),
    ("proxy.", "golang"),
    ("index.", "crates.io"),
    ("mcr.", "microsoft"),
    ("ghcr", ".io"),
    ("docker", ".io"),
]
PLACES = [
    r"\.\./shar" + "ed",
    r"(?<![\w.])/wo" + r"rk/",
    r"(?<![\w.])/tm" + r"p/",
    r"(?<![\w.])/ro" + r"ot/",
    r"(?<![\w.])/ho" + r"me/",
    r"(?<![\w.])/Use" + r"rs/",
    r"[A-Z]:\\+Use" + r"rs",
]
# The optional folder of real data beside a checkout, which .ci/run looks for.
ALLOWED = {".ci/run": "COURSE_REAL_DATA|" + r"\.\./shar" + "ed/datasets"}


def test_no_file_names_a_registry_or_a_place_on_one_machine(root, tracked_files):
    hosts = [re.escape("".join(halves)) for halves in REGISTRIES]
    wrong = re.compile("|".join(hosts + PLACES))
    found = []
    for path in tracked_files:
        name = path.relative_to(root).as_posix()
        lines = path.read_bytes().decode("utf-8", errors="replace").splitlines()
        for number, line in enumerate(lines, 1):
            if wrong.search(line) and not (name in ALLOWED and re.search(ALLOWED[name], line)):
                found.append(f"{name}:{number}: {line.strip()[:80]}")
    assert found == []


def test_no_build_product_is_committed(root, tracked_files):
    products = re.compile(r"(^|/)(__pycache__|\.venv|\.nox|runs|build|dist|\.ipynb_checkpoints)/")
    names = [path.relative_to(root).as_posix() for path in tracked_files]
    assert [name for name in names if products.search(name) or name.endswith(".pyc")] == []
