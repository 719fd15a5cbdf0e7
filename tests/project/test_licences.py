"""Every package that the lock installs here has a licence that does not bind our code."""

from email.message import Message
from importlib import metadata

import pytest

import licences


@pytest.fixture(scope="module")
def names(root):
    """The packages of the lock on this platform, in an environment that holds them."""
    found = list(licences.locked((root / "requirements-dev.lock").read_text(encoding="utf-8")))
    installed = {each.name.lower().replace("_", "-") for each in metadata.distributions()}
    missing = set(found) - {name.replace(".", "-") for name in installed}
    if missing:
        pytest.skip(f"this environment is not that of the lock, which has {sorted(missing)[:3]}")
    return found


def said(**fields):
    message = Message()
    for name, values in fields.items():
        for value in [values] if isinstance(values, str) else values:
            message[name.replace("_", "-")] = value
    return message


def test_each_package_has_a_licence_that_we_may_use(names):
    assert len(names) > 100
    wrong = {name: found for name in names if not licences.allowed(found := licences.licence(name))}
    assert wrong == {}, "read its licence, then decide in .ci/licences.py"


def test_what_was_read_by_hand_is_in_the_lock_and_could_not_be_read_otherwise(names):
    assert set(licences.READ_BY_HAND) <= set(names)
    needless = [
        name
        for name, (expression, reason) in licences.READ_BY_HAND.items()
        if licences.allowed(licences.stated(metadata.metadata(name))) or not (expression and reason)
    ]
    assert needless == []


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"License_Expression": "MIT OR GPL-3.0-only", "License": "MIT"}, "MIT OR GPL-3.0-only"),
        ({"License": "Apache License 2.0"}, "Apache-2.0"),
        ({"License": "MPL-2.0 AND MIT"}, "MPL-2.0 AND MIT"),
        (
            {
                "License": "UNKNOWN",
                "Classifier": ["License :: OSI Approved", "License :: OSI Approved :: MIT License"],
            },
            "MIT",
        ),
        ({"License": "BSD 3-Clause License\n\nCopyright (c) ...", "Classifier": []}, ""),
        (
            {"Classifier": "License :: OSI Approved :: GNU General Public License v3 (GPLv3)"},
            "'GNU General Public License v3 (GPLv3)'",
        ),
        ({}, ""),
    ],
)
def test_the_licence_is_read_from_the_newest_field(fields, expected):
    assert licences.stated(said(**fields)) == expected


@pytest.mark.parametrize(
    ("expression", "may"),
    [
        ("MIT", True),
        ("Apache-2.0 AND BSD-3-Clause", True),
        ("GPL-3.0-only OR MIT", True),
        ("MIT AND GPL-2.0-or-later", False),
        ("LGPL-3.0-or-later", False),
        ("AGPL-3.0-only", False),
        ("'Other/Proprietary License'", False),
        ("(MIT OR Apache-2.0) AND GPL-3.0-only", False),
        ("", False),
    ],
)
def test_a_choice_may_be_made_and_all_that_applies_must_be_allowed(expression, may):
    assert licences.allowed(expression) is may


def test_only_this_platforms_packages_are_asked():
    lock = (
        "# made by hand\n"
        'winonly==1.0 ; sys_platform == "never" \\\n    --hash=sha256:0\n    # via x\n'
        "plain==2.0 \\\n    --hash=sha256:0\n"
    )
    assert list(licences.locked(lock)) == ["plain"]
