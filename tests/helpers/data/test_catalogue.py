import re

import pytest

from helpers.data.catalogue import CATALOGUE, GROUPLENS, lookup
from helpers.errors import UnknownDatasetError


def test_names_are_keys():
    assert all(name == entry.name for name, entry in CATALOGUE.items())


def test_what_is_downloaded_can_be_verified():
    for entry in CATALOGUE.values():
        if entry.embedded:
            assert entry.address is entry.size is entry.sha256 is None
            continue
        assert entry.address == f"{GROUPLENS}{entry.name}.zip"
        assert entry.size
        assert re.fullmatch(r"[0-9a-f]{64}", str(entry.sha256))


def test_every_entry_tells_its_terms_and_scale():
    for entry in CATALOGUE.values():
        assert entry.licence
        assert entry.description
        assert entry.rating_scale in ((0.5, 5.0), (1.0, 5.0))
        assert entry.ratings > 0


@pytest.mark.parametrize(
    ("name", "nearest"),
    [
        ("ml-1mm", "ml-1m"),
        ("ML-25M", "ml-25m"),
        ("movielens", "movielens-small"),
        ("", "course data list"),
    ],
)
def test_an_unknown_name_gets_the_nearest(name, nearest):
    with pytest.raises(UnknownDatasetError, match=nearest):
        lookup(name)
