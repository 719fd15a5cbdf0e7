"""The commands of a newcomer, an editor and CI; ``python -m nox --list`` shows them.

The sessions share one environment, ``.venv``, so that TensorFlow is installed once and editors find
it. A session adds what its lock says, checked against the hashes, and takes nothing away; so they
can be run in any order. Those that try other versions have environments of their own.
"""

import os
import shutil
import subprocess
import sys
from itertools import product
from pathlib import Path

import nox

nox.needs_version = ">=2024.4.15"
nox.options.default_venv_backend = "none"
nox.options.sessions = ["lessons"]

ROOT = Path(__file__).parent
# What lessons need.
LOCK = "requirements.lock"
# The same in the same versions, and what tests, editions and maintainers need.
DEV_LOCK = "requirements-dev.lock"
# A dependency of the project, for those who install it without a lock. No lesson needs it.
NOT_FOR_LEARNERS = ("nbval",)
PYTHONS = ">=3.11,<3.14"
UV = (sys.executable, "-m", "uv")
# August 2026; the oldest versions that any user of the course is known to have.
COLAB = (
    "ipywidgets==7.7.1",
    "keras==3.13.*",
    "numpy==2.1.3",
    "pandas==2.2.3",
    "scikit-learn==1.6.1",
    "tensorflow-cpu==2.20.*; sys_platform == 'linux' and platform_machine == 'x86_64'",
)
# Old packages beside new ones, or new ones beside what they are about to break, warn each other.
# What our own code or tests cause is an error there too.
OUR_WARNINGS = "--override-ini=filterwarnings=default\nerror:::(helpers|course|tests)(\\.|$)"
# Unit tests, and the examples in docstrings.
UNITS = ("tests", "helpers", "course")
# What one file sets up for its tests is set up once.
# Files come in the order of tests/conftest.py: what takes longest first, so that no core waits.
SIDE_BY_SIDE = ("-n", "logical", "--maxprocesses=4", "--dist=loadfile", "--no-loadscope-reorder")
# Workers share the cores. More threads than cores wait for each other, and keep cores busy by it.
ONE_THREAD = dict.fromkeys(
    [
        *("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"),
        *("TF_NUM_INTRAOP_THREADS", "TF_NUM_INTEROP_THREADS"),
    ],
    "1",
)
# Folders whose files import each other by their names alone: pytest's pythonpath.
IMPORTED_BY_NAME = ("tests", "tests/lessons", "book", ".ci", "tests/fuzz")
# What imports no package but those of requirements.lock; the site and the slides need more.
LEARNERS = ("helpers", "notebooks", "course")
NEED_MORE = ("--extend-exclude=course/site", "--extend-exclude=course/slides")
# What the readers and Interactions need.
LIGHT = ("numpy", "pandas", "platformdirs", "rapidfuzz", "requests", "scipy", "tqdm")
NOTHING_LEARNT = 75  # what .ci/audit.py ends with
WHEELS = ROOT / "wheels"
# A platform as uv calls it, and as wheels do: the oldest systems that we expect.
PLATFORMS = {
    "linux": (
        "x86_64-unknown-linux-gnu",
        [*(f"manylinux_2_{minor}_x86_64" for minor in range(28, 16, -1)), "manylinux2014_x86_64"],
    ),
    "macos": ("aarch64-apple-darwin", ["macosx_14_0_arm64"]),
    "windows": ("x86_64-pc-windows-msvc", ["win_amd64"]),
}
# Set by someone for another purpose, these would add packages that the lock does not know.
NO_SURPRISES = {"PYTHONPATH": "", "PYTHONHOME": ""}


@nox.session
def lessons(session: nox.Session) -> None:
    """Set up, then execute every lesson: ``nox -s lessons``, ``nox -s lessons -- 01 05``."""
    session.run(environment(session), "-m", "course.cli", "run", *session.posargs)


@nox.session
def tests(session: nox.Session) -> None:
    """Set up, then run every test and every notebook: ``-- tests/course/test_plan.py`` for one."""
    # A notebook's cells stay on one worker. tests/conftest.py closes the network, for the
    # notebooks' kernels too.
    session.run(
        *(environment(session, DEV_LOCK), "-m", "pytest"),
        *("--nbval-lax", "--nbval-current-env", "--nbval-cell-timeout=300", *SIDE_BY_SIDE),
        *("--durations=10", *(session.posargs or ("notebooks", *UNITS))),
        env=ONE_THREAD,
    )


@nox.session
def quick(session: nox.Session) -> None:
    """Set up, then check a change in three minutes: style, types, the tests that it touches."""
    session.run(environment(session, DEV_LOCK), "tests/quick.py", *session.posargs, env=ONE_THREAD)


@nox.session
def lint(session: nox.Session) -> None:
    """Set up, then check style, types, dependencies and the files that GitHub reads."""
    python = environment(session, DEV_LOCK)
    session.run(python, "-m", "ruff", "check")
    session.run(python, "-m", "ruff", "format", "--check")
    session.run(python, "-m", "mypy")
    # All that is imported is declared, and all that is declared is used ...
    session.run(python, "-m", "deptry", ".", *IMPORTED_BY_NAME)
    # ... and what learners import is not among the extras, which they do not install.
    session.run(
        *(python, "-m", "deptry", *LEARNERS, *NEED_MORE, "--ignore=DEP002"),
        *(f"--known-first-party={name}" for name in ("helpers", "course", "benchmarks")),
        "--optional-dependencies-dev-groups=book,peers,test",
    )
    session.run(str(Path(python).with_name("zizmor")), "--offline", "--quiet", ".github")


@nox.session
def lab(session: nox.Session) -> None:
    """Set up, then open the lessons in JupyterLab."""
    session.run(environment(session), "-m", "course.cli", "lab", *session.posargs)


@nox.session
def build(session: nox.Session) -> None:
    """Set up, then make an edition: ``-- slides``, ``-- site --no-teach``, ``-- student``."""
    python = environment(session, DEV_LOCK)
    session.run(python, "-m", "course.cli", "build", *session.posargs)


@nox.session
def address(session: nox.Session) -> None:
    """Write the address and contact of course/published.py into the pages that name them."""
    session.run(environment(session, DEV_LOCK), ".ci/address.py")


@nox.session
def release(session: nox.Session) -> None:
    """Set up, then make in dist/ what a release holds: ``-- v1.2.0`` compares the version first."""
    python = environment(session, DEV_LOCK)
    session.run(python, ".ci/release.py", *session.posargs)


@nox.session(venv_backend="uv", python="3.13")
def colab(session: nox.Session) -> None:
    """Run the unit tests with the older versions of Google Colab, in an environment of its own."""
    session.install("--editable", ".[book,test]", *COLAB)
    session.run("pytest", *SIDE_BY_SIDE, *(session.posargs or UNITS))


@nox.session(venv_backend="uv", python="3.11")
def oldest(session: nox.Session) -> None:
    """Run the unit tests with the oldest versions that pyproject.toml allows, pandas 2 for one."""
    session.install("--resolution=lowest-direct", "--editable", ".[book,test]")
    session.run("pytest", *SIDE_BY_SIDE, OUR_WARNINGS, *(session.posargs or UNITS))


@nox.session(venv_backend="uv", python="3.13")
def newest(session: nox.Session) -> None:
    """Run the unit tests with the newest versions that pyproject.toml allows, lock or no lock."""
    session.install("--upgrade", "--editable", ".[book,test]")
    session.run("pytest", *SIDE_BY_SIDE, OUR_WARNINGS, *(session.posargs or UNITS))


@nox.session(venv_backend="uv", python="3.11")
def fuzz(session: nox.Session) -> None:
    """Feed the readers and Interactions with made-up bytes: ``-- --minutes 10``. Linux only."""
    if not sys.platform.startswith("linux"):
        session.skip("the fuzzer needs libFuzzer, which comes with atheris on Linux only.")
    # Our own code alone; without TensorFlow an environment is made in seconds.
    session.install("atheris>=3", *LIGHT)
    session.env["PYTHONPATH"] = str(ROOT)
    session.run("python", "tests/fuzz/run.py", *session.posargs)


@nox.session(venv_backend="uv", python="3.11")
def mutants(session: nox.Session) -> None:
    """Plant small mistakes everywhere and see whether tests notice: ``-- metrics --report``."""
    session.install("mutmut>=3.8,<4", "--requirement", DEV_LOCK)
    children = f"--children={os.cpu_count() or 1}"
    session.run("python", "tests/mutants.py", children, *session.posargs)


@nox.session(venv_backend="uv", python="3.11")
def coverage(session: nox.Session) -> None:
    """Run the unit tests and say which branches of helpers none of them takes."""
    session.install("coverage>=7.10", "--requirement", DEV_LOCK)
    session.install("--no-deps", "--no-build-isolation", "--editable", ".")
    session.run("coverage", "erase")
    # To be watched makes tests of speed fail; whether tests pass, other sessions say.
    asked = session.posargs or UNITS
    measured = ("coverage", "run", "-m", "pytest", *SIDE_BY_SIDE, *asked)
    session.run(*measured, success_codes=[0, 1])
    session.run("coverage", "combine", "--quiet")
    session.run("coverage", "report", "--skip-covered", "--fail-under=95")


@nox.session
def licences(session: nox.Session) -> None:
    """Set up, then print the licence of every package; fails if a person has to decide."""
    session.run(environment(session, DEV_LOCK), ".ci/licences.py")


@nox.session
def audit(session: nox.Session) -> None:
    """Look every package of the locks up in a list of known weaknesses: ``-- -s osv`` for another.

    Skipped, with the reason, if no list can be reached.
    """
    session.chdir(ROOT)
    asked = [sys.executable, ".ci/audit.py", *session.posargs]
    status = subprocess.run(asked, check=False).returncode
    if status == NOTHING_LEARNT:
        session.skip("no list of known weaknesses answered, so nothing was learnt; see above.")
    if status:
        session.error("not all is well with these packages; see above.")


@nox.session
def lock(session: nox.Session) -> None:
    """Bring both locks up to date with pyproject.toml: ``-- --upgrade`` for newer versions.

    ``-- --check`` changes nothing and fails where one of them is out of date.
    """
    session.chdir(ROOT)
    check = "--check" in session.posargs
    options = [option for option in session.posargs if option != "--check"]
    before = {name: (ROOT / name).read_bytes() for name in (LOCK, DEV_LOCK)}
    compile_lock(session, DEV_LOCK, "--extra=book", "--extra=test", *options)
    # uv keeps the versions that it finds in the file that it is to write, so the two locks agree.
    shutil.copyfile(ROOT / DEV_LOCK, ROOT / LOCK)
    # Unlike --no-emit-package, this leaves out what only such a package needs, too.
    left_out = Path(session.create_tmp(), "left_out.txt")
    left_out.write_text("\n".join(NOT_FOR_LEARNERS), encoding="utf-8")
    compile_lock(session, LOCK, f"--excludes={left_out}")
    stale = [name for name, was in before.items() if was != (ROOT / name).read_bytes()]
    if check and stale:
        for name in stale:
            (ROOT / name).write_bytes(before[name])
        session.error(f"Out of date: {' and '.join(stale)}. Run `python -m nox -s lock`.")


def compile_lock(session: nox.Session, name: str, *options: str) -> None:
    """Write a lock: what pyproject.toml asks for on every platform, with what builds the course."""
    session.run(
        *(*UV, "pip", "compile", "pyproject.toml", f"--output-file={name}", "--group=build"),
        *("--universal", "--python-version=3.11", "--generate-hashes", "--quiet"),
        *("--no-emit-index-url", "--no-emit-find-links", *options),
        env={"UV_CUSTOM_COMPILE_COMMAND": "python -m nox -s lock"},
    )


@nox.session
def wheels(session: nox.Session) -> None:
    """Gather all that lessons need, for machines without network: ``-- windows macos``.

    ``--python=3.12`` says for which Python; that of this machine if it is left out. With
    ``--tests``, all that the tests need, too.
    """
    session.chdir(ROOT)
    versions = [each.partition("=")[2] for each in session.posargs if each.startswith("--python=")]
    version = versions[-1] if versions else f"{sys.version_info.major}.{sys.version_info.minor}"
    wanted = DEV_LOCK if "--tests" in session.posargs else LOCK
    chosen = [each for each in session.posargs if not each.startswith(("--python=", "--tests"))]
    unknown = [each for each in chosen if each not in PLATFORMS]
    if unknown or not chosen:
        session.error(f"For which machines? python -m nox -s wheels -- {' '.join(PLATFORMS)}")
    asked, listed = (
        Path(session.create_tmp(), "asked.txt"),
        Path(session.create_tmp(), "listed.txt"),
    )
    asked.write_text(f"-r {(ROOT / wanted).as_posix()}\nnox[uv]\n", encoding="utf-8")
    # A package may ask for the third number of a Python: the first and the last that there can be.
    for platform, python in product(chosen, (f"{version}.0", f"{version}.99")):
        name, tags = PLATFORMS[platform]
        # pip would ask this machine, not that platform, which of the requirements apply.
        session.run(
            *(*UV, "pip", "compile", str(asked), f"--output-file={listed}", "--generate-hashes"),
            *(f"--python-platform={name}", f"--python-version={python}", "--quiet", "--upgrade"),
        )
        session.run(
            *(sys.executable, "-m", "pip", "download", "--no-deps", "--only-binary=:all:"),
            *(f"--requirement={listed}", "--require-hashes", f"--dest={WHEELS}", "--quiet"),
            *(f"--python-version={python}", *(f"--platform={tag}" for tag in tags)),
        )
    size = sum(path.stat().st_size for path in WHEELS.iterdir())
    session.log(f"{WHEELS} holds {size / 2**20:.0f} MiB. Take it along with the course.")


def environment(session: nox.Session, lock: str = LOCK) -> str:
    """Make or mend ``.venv`` as the lock says; the path of its Python. A second run is instant."""
    session.chdir(ROOT)
    session.env.update(NO_SURPRISES)
    python = ROOT / ".venv" / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    supported = (3, 11) <= sys.version_info[:2] < (3, 14)
    if not usable(python, this_version=supported):
        session.run(
            *(*UV, "venv", "--clear", "--python", sys.executable if supported else PYTHONS),
            *("--prompt", "course", ".venv"),
            success_codes=[0] if supported else [0, 1, 2],
        )
        if not usable(python, this_version=supported):
            session.error(
                f"The course needs Python 3.11, 3.12 or 3.13. This is {sys.version.split()[0]}, "
                "and no other was found. Install one, then run this command with it."
            )
    # A folder of wheels beside this file takes the place of the network.
    local = ("--no-index", f"--find-links={WHEELS}") if WHEELS.is_dir() else ()
    install = (*UV, "pip", "install", "--python", str(python), *local)
    session.run(*install, "--require-hashes", "--compile-bytecode", "--requirement", lock)
    session.run(*install, "--no-deps", "--no-build-isolation", "--editable", ".")
    return str(python)


def usable(python: Path, *, this_version: bool) -> bool:
    """Whether that interpreter starts, and is of this (or any supported) version of Python."""
    code = "import sys; print(*sys.version_info[:2])"
    try:
        found = subprocess.run([python, "-c", code], capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return False
    version = tuple(map(int, found.stdout.split()))
    return version == sys.version_info[:2] if this_version else (3, 11) <= version < (3, 14)
