"""requirements.lock fits pyproject.toml, pins every package with hashes, and names no address.

Made by ``python -m nox -s lock``.
"""

import re
from collections import defaultdict
from dataclasses import dataclass, field

import pytest
from packaging.markers import Marker, default_environment
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name


@dataclass
class Pin:
    """One entry of the lock: a requirement, its hashes, and who asked for it."""

    requirement: Requirement
    hashes: list[str] = field(default_factory=list)
    asked_by: list[str] = field(default_factory=list)


@pytest.fixture(scope="module")
def text(root):
    return (root / "requirements.lock").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def pins(text):
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
def wanted(project):
    extras = project["optional-dependencies"]
    lines = project["dependencies"] + extras["book"] + extras["test"]
    return {canonicalize_name(r.name): r for r in map(Requirement, lines)}


def test_the_direct_dependencies_are_those_of_the_project(pins, wanted):
    project = "recommender-course (pyproject.toml)"
    direct = {canonicalize_name(pin.requirement.name) for pin in pins if project in pin.asked_by}
    assert direct == set(wanted)


def test_each_pin_satisfies_the_project(pins, wanted):
    outside = [
        f"{pin.requirement} is not {wanted[name]}"
        for pin in pins
        if (name := canonicalize_name(pin.requirement.name)) in wanted
        for version in [str(pin.requirement.specifier).removeprefix("==")]
        if not wanted[name].specifier.contains(version)
    ]
    assert outside == [], "run `python -m nox -s lock`"


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

    versions = defaultdict(list)
    for pin in pins:
        if applies(pin.requirement.marker):
            versions[canonicalize_name(pin.requirement.name)].append(pin.requirement.specifier)
    assert {name: found for name, found in versions.items() if len(found) > 1} == {}
    missing = {name for name, line in wanted.items() if applies(line.marker)} - set(versions)
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
