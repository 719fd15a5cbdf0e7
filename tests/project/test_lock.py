"""The locks fit pyproject.toml and each other, pin every package with hashes, and name no address.

requirements.lock is what learners install; requirements-dev.lock is that, and what tests, editions
and maintainers need. Both are made by ``python -m nox -s lock``.
"""

import re
from collections import defaultdict
from dataclasses import dataclass, field

import pytest
from packaging.markers import Marker, default_environment
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from course.environment.machine import ONLY_FOR_TESTS

LEARNERS, DEV = "requirements.lock", "requirements-dev.lock"
# What would tell that a package for tests, editions or graders has come into the learners' lock.
NOT_FOR_LEARNERS = {"nbval", "pytest", "hypothesis", "mypy", "playwright", "ruff", "sphinx"}


@dataclass
class Pin:
    """One entry of a lock: a requirement, its hashes, and who asked for it."""

    requirement: Requirement
    hashes: list[str] = field(default_factory=list)
    asked_by: list[str] = field(default_factory=list)

    @property
    def name(self):
        return canonicalize_name(self.requirement.name)


@pytest.fixture(scope="module", params=[LEARNERS, DEV])
def lock(request):
    return request.param


@pytest.fixture(scope="module")
def text(root, lock):
    return (root / lock).read_text(encoding="utf-8")


def read(text):
    found = []
    for line in text.splitlines():
        if line.startswith("    --hash="):
            found[-1].hashes.append(line.strip(" \\"))
        elif match := re.fullmatch(r"    #(?: via)?\s+(\S.*)", line):
            found[-1].asked_by.append(match[1])
        elif line and line != "    # via" and not line.startswith("#"):
            found.append(Pin(Requirement(line.strip(" \\"))))
    return found


@pytest.fixture(scope="module")
def pins(text):
    return read(text)


@pytest.fixture(scope="module")
def wanted(pyproject, project, lock):
    """The direct requirements of a lock: name and requirement."""
    lines = project["dependencies"] + pyproject["dependency-groups"]["build"]
    if lock == DEV:
        lines += project["optional-dependencies"]["book"] + project["optional-dependencies"]["test"]
    found = {canonicalize_name(r.name): r for r in map(Requirement, lines)}
    left_out = ONLY_FOR_TESTS if lock == LEARNERS else ()
    return {name: line for name, line in found.items() if name not in left_out}


def test_the_direct_dependencies_are_those_of_the_project(pins, wanted):
    project = re.compile(r"recommender-course \(pyproject\.toml(:build)?\)")
    direct = {pin.name for pin in pins if any(map(project.fullmatch, pin.asked_by))}
    assert direct == set(wanted)


def test_each_pin_satisfies_the_project(pins, wanted):
    outside = [
        f"{pin.requirement} is not {wanted[pin.name]}"
        for pin in pins
        if pin.name in wanted
        for version in [str(pin.requirement.specifier).removeprefix("==")]
        if not wanted[pin.name].specifier.contains(version)
    ]
    assert outside == [], "run `python -m nox -s lock`"


def test_what_both_locks_name_they_name_in_the_same_versions(root):
    """And with the same hashes: so sessions can be run in any order, and one undoes no other."""
    learners, dev = (versions(read((root / name).read_text("utf-8"))) for name in (LEARNERS, DEV))
    assert {name: (found, dev.get(name)) for name, found in learners.items()} == {
        name: (found, found) for name, found in learners.items()
    }


def versions(pins):
    """Each package with its versions, and the hashes of each."""
    found = defaultdict(dict)
    for pin in pins:
        found[pin.name][str(pin.requirement.specifier)] = pin.hashes
    return found


def test_learners_install_nothing_of_tests_and_editions(root, project):
    names = {pin.name for pin in read((root / LEARNERS).read_text("utf-8"))}
    assert names & NOT_FOR_LEARNERS == set()
    assert {"nbval"} == set(ONLY_FOR_TESTS)
    noxfile = (root / "noxfile.py").read_text(encoding="utf-8")
    assert 'NOT_FOR_LEARNERS = ("nbval",)' in noxfile


@pytest.mark.parametrize("python", ["3.11", "3.12", "3.13"])
@pytest.mark.parametrize(
    "system",
    [
        ("linux", "Linux", "x86_64"),
        ("linux", "Linux", "aarch64"),
        ("darwin", "Darwin", "arm64"),
        ("win32", "Windows", "AMD64"),
    ],
)
def test_each_platform_gets_one_version_of_each(pins, wanted, python, system):
    sys_platform, platform_system, machine = system
    there = default_environment() | {
        "python_version": python,
        "python_full_version": f"{python}.1",
        "sys_platform": sys_platform,
        "platform_system": platform_system,
        "platform_machine": machine,
        "os_name": "nt" if sys_platform == "win32" else "posix",
    }

    def applies(marker: Marker | None) -> bool:
        return marker is None or marker.evaluate(there)

    there_are = defaultdict(list)
    for pin in pins:
        if applies(pin.requirement.marker):
            there_are[pin.name].append(pin.requirement.specifier)
    assert {name: found for name, found in there_are.items() if len(found) > 1} == {}
    missing = {name for name, line in wanted.items() if applies(line.marker)} - set(there_are)
    assert missing == set(), "run `python -m nox -s lock`"


def test_each_pin_is_exact_and_has_hashes(pins):
    assert len(pins) > 100
    for pin in pins:
        assert re.fullmatch(r"==[\w.+!]+", str(pin.requirement.specifier)), pin.requirement
        assert pin.hashes, pin.requirement
        assert all(re.fullmatch(r"--hash=sha256:[0-9a-f]{64}", text) for text in pin.hashes)
        assert pin.asked_by, pin.requirement


def test_it_names_no_address_and_no_path(text):
    assert (
        re.findall(r".*(?:://|file:|git\+|--index|--find-links|--extra-index| @ |\\\\).*", text)
        == []
    )
    assert [line for line in text.splitlines() if re.match(r"\s*#.*[/\\]", line)] == []
