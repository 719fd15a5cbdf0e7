"""The licence of every package in the locks, as a table: ``python -m nox -s licences``.

The course ships its own code only, under BSD-3-Clause; a learner's computer fetches the packages
from their authors. The licence of an imported package must therefore not bind our code:

- Permissive licences do.
- MPL-2.0 binds anyone who changes or ships its files. We do neither, so it may be imported.
- LGPL would allow an import too, but asks more of anyone who bundles. No package has it; if one
  comes, a person decides. It is therefore not in ``ALLOWED``.
- GPL and AGPL also apply to code that is linked with them, and are never in ``ALLOWED``.

A built site or deck also contains scripts of its theme and of reveal.js, which are BSD and MIT.

The table shows what packages say of themselves. Wheels may also contain compiled libraries. On
Linux those of numpy and scipy hold two of GCC: libgfortran, under the GPL with the exception for
compiled programs, and libquadmath, under the LGPL; that of scikit-learn holds libgomp, under the
same exception. They are loaded at run time, unchanged, and are in no file of the course.
"""

import re
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path

from packaging.requirements import Requirement

# It names all that the learners' lock names, and more.
LOCK = Path(__file__).parents[1] / "requirements-dev.lock"
# Names of the SPDX list; a classifier can say only "BSD" or "PSF", for all their versions.
ALLOWED = {
    *("0BSD", "BSD", "BSD-2-Clause", "BSD-3-Clause", "ISC", "MIT", "MIT-0", "MIT-CMU", "Zlib"),
    *("Apache-2.0", "CC0-1.0", "LicenseRef-Public-Domain", "MPL-2.0", "PSF", "PSF-2.0"),
}
# What authors write instead of a name of the SPDX list.
SPELLINGS = {
    "3-Clause BSD License": "BSD-3-Clause",
    "Apache 2.0": "Apache-2.0",
    "Apache License 2.0": "Apache-2.0",
    "Apache License, Version 2.0": "Apache-2.0",
    "BSD 3-Clause": "BSD-3-Clause",
    "BSD 3-Clause License": "BSD-3-Clause",
    "ISC License": "ISC",
    "ISC license": "ISC",
    "MIT License": "MIT",
    "MIT license": "MIT",
    "PSFL": "PSF",
}
CLASSIFIERS = {
    "Apache Software License": "Apache-2.0",
    "BSD License": "BSD",
    "ISC License (ISCL)": "ISC",
    "MIT License": "MIT",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
    "Python Software Foundation License": "PSF",
}
# Read by a person, because the package's metadata say nothing, or say it in a way that no rule can
# read.
READ_BY_HAND = {
    "axe-playwright-python": (
        "MIT AND MPL-2.0",
        "no metadata; its LICENSE is MIT, and it bundles axe-core, whose header says MPL-2.0",
    ),
    "bleach": (
        "Apache-2.0",
        "'Apache Software License' without a version; its LICENSE is version 2.0",
    ),
    "docutils": (
        "LicenseRef-Public-Domain AND BSD-2-Clause AND 0BSD AND PSF-2.0",
        "its classifiers also name the GPL, for a file of Emacs that no wheel carries; "
        "COPYING puts the rest into the public domain, or under the other three",
    ),
    "namex": ("Apache-2.0", "no metadata; its LICENSE is Apache 2.0"),
}


def locked(text: str) -> Iterator[str]:
    """The names of the packages that a lock's text asks for on this platform."""
    for line in re.findall(r"^\w.*", text, flags=re.MULTILINE):
        requirement = Requirement(line.rstrip(" \\"))
        if requirement.marker is None or requirement.marker.evaluate():
            yield requirement.name


def licence(name: str) -> str:
    """What an installed package says about its licence, as an SPDX expression; "" for nothing.

    Raises:
        importlib.metadata.PackageNotFoundError: for a package that is not installed.
    """
    return READ_BY_HAND[name][0] if name in READ_BY_HAND else stated(metadata.metadata(name))


def stated(said: metadata.PackageMetadata) -> str:
    """The expression in a package's metadata: the newest field first, the vaguest last."""
    if expression := said.get("License-Expression"):
        return expression
    written = (said.get("License") or "").strip()
    if written in SPELLINGS:
        return SPELLINGS[written]
    # Before there was a field for expressions, many wrote one here, others the whole licence.
    if re.fullmatch(r"[\w.-]+( (AND|OR) [\w.-]+)*", written) and written != "UNKNOWN":
        return written
    classifiers = [
        each.split(" :: ")[-1]
        for each in said.get_all("Classifier") or []
        if each.startswith("License ::") and each != "License :: OSI Approved"
    ]
    return " AND ".join(CLASSIFIERS.get(each, f"'{each}'") for each in classifiers)


def allowed(expression: str) -> bool:
    """Whether our code may import a package under this licence; a person decides on brackets."""
    return any(
        all(name.strip() in ALLOWED for name in choice.split(" AND "))
        for choice in expression.split(" OR ")
    )


def main() -> None:
    """Print the table, then the packages that a person must decide on."""
    table = {name: licence(name) for name in locked(LOCK.read_text(encoding="utf-8"))}
    for name, expression in table.items():
        print(f"{name:28} {metadata.version(name):18} {expression or '(says nothing)'}")
    doubtful = [name for name, expression in table.items() if not allowed(expression)]
    if doubtful:
        raise SystemExit(f"Not in ALLOWED of .ci/licences.py: {', '.join(doubtful)}")
    print(f"{len(table)} packages, each under a licence that does not bind our code.")


if __name__ == "__main__":
    main()
