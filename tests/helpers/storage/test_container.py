"""A file that holds a value is read as it was written, or not at all."""

import hashlib
import json
import random
import shutil
import zipfile

import numpy as np
import pytest

from helpers import storage
from helpers.errors import AlteredDataError, DataError, MissingDataError, StorageError, WritingError
from helpers.storage import container

VALUE = {"stars": np.arange(6.0).reshape(2, 3), "title": "Ä", "n": [1, 2]}
ABOUT = {"kind": "test"}


@pytest.fixture
def path(tmp_path):
    return storage.write(tmp_path / "new" / "value.zip", VALUE, ABOUT)


def members(path):
    with zipfile.ZipFile(path) as archive:
        return {info.filename: archive.read(info) for info in archive.infolist()}


def rewrite(path, members, compression=zipfile.ZIP_STORED):
    with zipfile.ZipFile(path, "w", compression) as archive:
        for name, content in members.items():
            archive.writestr(zipfile.ZipInfo(name), content, compression)


def resealed(content):
    """The members with a manifest that says what they are: what a stranger would write."""
    manifest = json.loads(content["manifest.json"])
    manifest["files"] = {
        name: {"bytes": len(each), "sha256": hashlib.sha256(each).hexdigest()}
        for name, each in content.items()
        if name != "manifest.json"
    }
    manifest["sha256"] = container._seal(manifest)
    return {**content, "manifest.json": json.dumps(manifest).encode()}


def test_what_is_written_is_read(path):
    back = storage.read(path)
    np.testing.assert_array_equal(back.pop("stars"), VALUE["stars"])
    assert back == {"title": "Ä", "n": [1, 2]}
    assert storage.read_about(path) == ABOUT
    assert [entry.name for entry in path.parent.iterdir()] == ["value.zip"]


def test_the_same_value_gives_the_same_bytes(path, tmp_path):
    other = storage.write(tmp_path / "other.zip", VALUE, ABOUT)
    assert other.read_bytes() == path.read_bytes()


def test_numpy_reads_the_arrays_too(path):
    with np.load(path, allow_pickle=False) as arrays:
        np.testing.assert_array_equal(arrays["0000"], VALUE["stars"])


def test_what_cannot_be_stored_leaves_the_file_as_it_was(path):
    before = path.read_bytes()
    with pytest.raises(StorageError, match="cannot be stored"):
        storage.write(path, {"f": print}, ABOUT)
    assert path.read_bytes() == before
    assert len(list(path.parent.iterdir())) == 1


def test_a_place_that_cannot_be_written_to_is_a_sentence(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(WritingError, match="cannot be written"):
        storage.write(tmp_path / "file" / "value.zip", VALUE, ABOUT)


def test_a_file_that_is_not_there(tmp_path):
    with pytest.raises(MissingDataError, match="no file"):
        storage.read(tmp_path / "nothing.zip")


@pytest.mark.parametrize("content", [b"", b"not a zip", b"PK\x03\x04" + bytes(100)])
def test_a_file_that_is_something_else(path, content):
    path.write_bytes(content)
    with pytest.raises(DataError, match=str(path)):
        storage.read(path)


def test_a_zip_of_something_else(path):
    rewrite(path, {"a.txt": b"a"})
    with pytest.raises(StorageError, match="nothing that the course has stored"):
        storage.read_about(path)


def test_every_bit_counts(path):
    """A hundred random bits turned, one at a time: refused, or beside all that is read."""
    whole = path.read_bytes()
    expected = storage.read(path)
    generator = random.Random(0)
    refused = 0
    for _ in range(100):
        place = generator.randrange(len(whole) * 8)
        changed = bytearray(whole)
        changed[place // 8] ^= 1 << place % 8
        path.write_bytes(changed)
        try:
            back = storage.read(path)
        except DataError:
            refused += 1
            continue
        np.testing.assert_array_equal(back["stars"], expected["stars"])
        assert back["title"] == expected["title"]
    assert refused > 50


def test_every_cut_is_refused(path):
    whole = path.read_bytes()
    for length in range(0, len(whole), 7):
        path.write_bytes(whole[:length])
        with pytest.raises(DataError):
            storage.read(path)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda m: m | {"0000.npy": m["0000.npy"][:-1] + b"x"}, "0000.npy was changed"),
        (lambda m: m | {"value.json": b"[]"}, "value.json was changed"),
        (lambda m: {n: c for n, c in m.items() if n != "0000.npy"}, "it lacks: '0000.npy'"),
        (lambda m: m | {"more.npy": b""}, "more than was written: 'more.npy'"),
        (lambda m: m | {"../out.npy": b""}, "more than was written"),
        (lambda m: m | {"manifest.json": m["manifest.json"].replace(b"test", b"best")}, "manifest"),
        (lambda m: resealed(m | {"../out.npy": b"x"}), "nothing here is named"),
        (lambda m: resealed(m | {"/etc/x.npy": b"x"}), "nothing here is named"),
        (lambda m: resealed(m | {"C:\\x.npy": b"x"}), "nothing here is named"),
        (lambda m: resealed(m | {"0001.py": b"x"}), "nothing here is named"),
    ],
)
def test_a_change_is_named_and_refused(path, change, said):
    rewrite(path, change(members(path)))
    with pytest.raises(AlteredDataError, match=said):
        storage.read(path)


def test_a_name_that_stands_there_twice_is_refused(path):
    rewrite(path, members(path) | {"0000.np_": b""})
    path.write_bytes(path.read_bytes().replace(b"0000.np_", b"0000.npy"))
    with pytest.raises(AlteredDataError, match="holds twice"):
        storage.read(path)


def test_a_bomb_is_refused(path):
    content = members(path)
    rewrite(path, resealed(content | {"0000.npy": bytes(10**8)}), zipfile.ZIP_DEFLATED)
    with pytest.raises(StorageError, match="nothing that the course has stored"):
        storage.read(path)


def test_an_array_of_objects_is_refused_unread(path):
    """What unpickling would run is never run, though all hashes agree."""
    content = members(path)
    header = b"{'descr': '|O', 'fortran_order': False, 'shape': (1,), }".ljust(117) + b"\n"
    forged = b"\x93NUMPY\x01\x00" + len(header).to_bytes(2, "little") + header + b"\x80\x04N."
    rewrite(path, resealed(content | {"0000.npy": forged}))
    with pytest.raises(StorageError, match="array of object"):
        storage.read(path)


def test_another_format_says_what_to_do(path):
    content = members(path)
    manifest = json.loads(content["manifest.json"]) | {"format": 99}
    rewrite(path, content | {"manifest.json": json.dumps(manifest)})
    with pytest.raises(StorageError, match=r"format 99.*format 1 only.*the version that wrote it"):
        storage.read(path)


def test_a_copy_of_the_file_is_as_good(path, tmp_path):
    shutil.copy(path, tmp_path / "copy")
    assert storage.read(tmp_path / "copy")["title"] == "Ä"
