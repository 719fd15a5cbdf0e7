import hashlib
import os
from dataclasses import replace
from pathlib import Path

import pytest

import helpers.data
from helpers.data import locations
from helpers.data.catalogue import CATALOGUE
from helpers.data.locations import data_folder, embedded_folder, listing, path, verified, verify
from helpers.errors import AlteredDataError, MissingDataError, UnknownDatasetError


@pytest.fixture
def archive(tmp_path, monkeypatch, data_home) -> Path:
    """An archive that stands for ml-10m in the catalogue, too large to be hashed every time."""
    content = b"an archive of some size"
    data_home.mkdir()
    target = data_home / "ml-10m.zip"
    target.write_bytes(content)
    entry = replace(
        CATALOGUE["ml-10m"], size=len(content), sha256=hashlib.sha256(content).hexdigest()
    )
    monkeypatch.setitem(CATALOGUE, "ml-10m", entry)
    monkeypatch.setattr(locations, "ALWAYS_HASHED", 10)
    return target


@pytest.fixture
def hashed(monkeypatch) -> list[Path]:
    """The paths that were hashed in full."""
    paths: list[Path] = []
    check = locations.check_archive

    def counting(found, size, digest):
        paths.append(found)
        check(found, size, digest)

    monkeypatch.setattr(locations, "check_archive", counting)
    return paths


def test_the_data_folder_follows_the_environment(monkeypatch, tmp_path):
    monkeypatch.setenv("COURSE_DATA", str(tmp_path))
    assert data_folder() == tmp_path
    monkeypatch.setenv("COURSE_DATA", "~/somewhere")
    assert data_folder() == Path.home() / "somewhere"
    monkeypatch.setenv("COURSE_DATA", "")
    assert data_folder().name == "recommender-course"


def test_an_installed_wheel_carries_its_own_data(monkeypatch, tmp_path):
    assert (embedded_folder() / "movielens-small").is_dir()
    module = tmp_path / "site" / "helpers" / "data" / "locations.py"
    installed = tmp_path / "site" / "helpers" / "embedded_data"
    installed.mkdir(parents=True)
    monkeypatch.setattr(locations, "__file__", str(module))
    assert embedded_folder() == installed.resolve()


def test_a_large_archive_is_hashed_once_and_again_after_a_change(archive, hashed):
    assert verified("ml-10m") == verified("ml-10m") == archive
    assert hashed == [archive]
    archive.write_bytes(b"an archive of same size")
    os.utime(archive, ns=(0, 0))
    with pytest.raises(AlteredDataError, match="not what was published"):
        verified("ml-10m")
    with pytest.raises(AlteredDataError):
        verified("ml-10m")
    assert len(hashed) == 3


def test_verify_always_hashes(archive, hashed):
    verify("ml-10m")
    verify("ml-10m")
    assert len(hashed) == 2


def test_a_small_archive_is_hashed_every_time(archive, hashed, monkeypatch):
    monkeypatch.setattr(locations, "ALWAYS_HASHED", 1000)
    verified("ml-10m")
    verified("ml-10m")
    assert len(hashed) == 2
    assert [file.name for file in archive.parent.iterdir()] == ["ml-10m.zip"]


@pytest.mark.parametrize("spoilt", [b"", b"[]", b"{", b"\xff"])
def test_a_spoilt_record_only_costs_time(archive, hashed, spoilt):
    verified("ml-10m")
    (archive.parent / "ml-10m.zip.verified").write_bytes(spoilt)
    verified("ml-10m")
    assert len(hashed) == 2


def test_archives_of_the_user_are_found_and_no_record_is_written_beside_them(
    archive, hashed, tmp_path, monkeypatch
):
    own = tmp_path / "own"
    own.mkdir()
    archive.rename(own / archive.name)
    monkeypatch.setenv("COURSE_REAL_DATA", str(own))
    assert path("ml-10m") == own / "ml-10m.zip"
    verified("ml-10m")
    verified("ml-10m")
    assert len(hashed) == 1
    assert [file.name for file in own.iterdir()] == ["ml-10m.zip"]


def test_a_data_folder_that_cannot_be_written_only_costs_time(
    archive, hashed, tmp_path, monkeypatch
):
    monkeypatch.setenv("COURSE_REAL_DATA", str(archive.parent))
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv("COURSE_DATA", str(tmp_path / "file"))
    verified("ml-10m")
    verified("ml-10m")
    assert len(hashed) == 2


def test_missing_and_unknown(data_home):
    for function in (path, verify, verified):
        with pytest.raises(MissingDataError, match="course data get ml-25m"):
            function("ml-25m")
        with pytest.raises(UnknownDatasetError, match="ml-25m"):
            function("ml-25")


def test_the_embedded_set_is_verified():
    assert verify("movielens-small") == path("movielens-small")


def test_listing(archive):
    table = listing().set_index("name")
    assert list(table.index) == list(CATALOGUE)
    assert table.loc["movielens-small", "where"] == "embedded"
    assert table.loc["movielens-small", "MB"] == pytest.approx(2.9, abs=0.05)
    assert table.loc["ml-10m", "where"] == "downloaded"
    assert table.loc["ml-25m", "where"] == "missing"
    assert table.loc["ml-25m", "MB"] == 262.0
    assert table.notna().all(axis=None)


def test_what_the_package_offers():
    for name in ("CATALOGUE", "Dataset", "extract", "fetch", "listing", "load", "path", "verify"):
        assert name in helpers.data.__all__
        assert hasattr(helpers.data, name)
