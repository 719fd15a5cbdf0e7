"""The pages name the address and the contact of course/published.py, and none where it has none."""

import tomllib

import pytest
import yaml

import address
from course import published

NOWHERE = address.Published("", "")
SOMEWHERE = address.Published("https://github.com/somebody/somewhere", "somebody@example.org")
ELSEWHERE = address.Published("https://git.example.org/somewhere", "")


@pytest.fixture
def pages(root):
    """The pages as they would be, for a place."""

    def write(place):
        return address.written(root, place)

    return write


def test_the_pages_are_as_the_setting_says(root, pages):
    asked = pages(address.Published(published.REPOSITORY, published.CONTACT))
    stale = [name for name in asked if asked[name] != (root / name).read_text(encoding="utf-8")]
    assert stale == [], "run `python -m nox -s address`"


def test_every_page_names_the_address(pages):
    found = pages(SOMEWHERE)
    named = {name for name, text in found.items() if SOMEWHERE.repository in text}
    # Where reports go, the contact suffices.
    assert named == set(found) - {"CODE_OF_CONDUCT.md"}
    assert SOMEWHERE.contact in found["SECURITY.md"]
    assert SOMEWHERE.contact in found["CODE_OF_CONDUCT.md"]
    assert "git+ADDRESS" not in found["README.md"] + found["book/teach/running_a_class.md"]
    assert "/actions/workflows/tests.yml/badge.svg" in found["README.md"]


@pytest.mark.parametrize("place", [NOWHERE, SOMEWHERE, ELSEWHERE])
def test_what_programs_read_stays_readable(pages, place):
    found = pages(place)
    citation = yaml.safe_load(found["CITATION.cff"])
    assert citation.get("repository-code", "") == place.repository
    urls = tomllib.loads(found["pyproject.toml"])["project"].get("urls", {})
    assert urls.get("Repository", "") == place.repository
    forms = yaml.safe_load(found[".github/ISSUE_TEMPLATE/config.yml"])
    assert ("contact_links" in forms) == (place is SOMEWHERE)


def test_nothing_is_named_where_there_is_none(pages):
    for name, text in pages(NOWHERE).items():
        assert "](/" not in text, name
        assert "<>" not in text, name
        assert "badge" not in text, name
    assert "ADDRESS" in pages(NOWHERE)["README.md"]


@pytest.mark.parametrize("place", [SOMEWHERE, ELSEWHERE])
def test_an_address_is_replaced_and_taken_away_again(pages, place, tmp_path):
    for name, text in pages(place).items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8", newline="\n")
    assert address.written(tmp_path, place) == pages(place)
    assert address.written(tmp_path, NOWHERE) == pages(NOWHERE)


def test_a_page_that_lost_its_place_is_named(pages, root, tmp_path):
    for name, text in pages(NOWHERE).items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text.replace("address: end", ""), encoding="utf-8")
    with pytest.raises(SystemExit, match=r"README\.md has no place"):
        address.written(tmp_path, NOWHERE)
