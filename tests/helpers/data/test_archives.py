import errno
import hashlib
import random
import signal
import struct
import zipfile
from pathlib import Path
from zipfile import ZipFile, ZipInfo

import pytest

from helpers.data import archives
from helpers.data.archives import check_archive, check_sums, extract, opened, sha256
from helpers.errors import AlteredDataError, DataError, MissingDataError


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    path = tmp_path / "good.zip"
    with ZipFile(path, "w", zipfile.ZIP_DEFLATED) as writer:
        writer.writestr("inner/numbers.txt", "0123456789" * 1000)
    return path


def dangerous(path: Path, member: ZipInfo | str, content: str = "x") -> Path:
    with ZipFile(path, "w") as writer:
        writer.writestr("good.txt", "good")
        writer.writestr(member, content)
    return path


def link() -> ZipInfo:
    member = ZipInfo("link")
    member.create_system = 3
    member.external_attr = 0o120777 << 16
    return member


def everything_under(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*"))


def test_reads_without_unpacking(archive):
    with opened(archive) as root:
        assert (root / "inner" / "numbers.txt").read_text() == "0123456789" * 1000


def test_extracts_everything_or_nothing(archive, tmp_path):
    folder = extract(archive, tmp_path / "a" / "b" / "c")
    assert everything_under(folder) == ["inner", "inner/numbers.txt"]
    with pytest.raises(DataError, match="exists already"):
        extract(archive, folder)


@pytest.mark.parametrize(
    ("member", "reason"),
    [
        ("good.txt/below.txt", "'good.txt' twice"),
        ("good.txt\\below.txt", "'good.txt' twice"),
        ("./good.txt", "'good.txt' twice"),
        ("Good.TXT", "'good.txt' twice"),
        ("good.txt/", "'good.txt' twice"),
        ("~/../../outside.txt", "points outside"),
        ("\\\\server\\outside.txt", "points outside"),
        ("../outside.txt", "points outside"),
        ("inner/../../outside.txt", "points outside"),
        ("/outside.txt", "points outside"),
        ("C:/outside.txt", "points outside"),
        ("inner\\..\\..\\outside.txt", "points outside"),
        (link(), "holds the link"),
    ],
)
def test_a_member_that_could_do_harm_is_refused(tmp_path, member, reason):
    path = dangerous(tmp_path / "bad.zip", member)
    with pytest.raises(DataError, match=reason):
        extract(path, tmp_path / "new" / "folder")
    assert everything_under(tmp_path) == ["bad.zip", "new"]


def test_a_bomb_is_refused_before_it_is_unpacked(archive, tmp_path, monkeypatch):
    monkeypatch.setattr(archives, "LARGEST_TOTAL", 9_999)
    with pytest.raises(DataError, match="would unpack to"):
        extract(archive, tmp_path / "folder")
    assert everything_under(tmp_path) == ["good.zip"]


def test_a_small_archive_that_unpacks_to_much_is_a_bomb(tmp_path):
    path = tmp_path / "bomb.zip"
    with ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as writer:
        writer.writestr("zeros", bytes(archives.HARMLESS_TOTAL + 1))
    with pytest.raises(DataError, match="would unpack to 64 MiB, more than 64"):
        extract(path, tmp_path / "folder")
    assert everything_under(tmp_path) == ["bomb.zip"]


def test_a_large_archive_may_unpack_to_so_many_times_its_size(tmp_path, monkeypatch):
    monkeypatch.setattr(archives, "HARMLESS_TOTAL", 1_000)
    path = tmp_path / "large.zip"
    with ZipFile(path, "w") as writer:
        writer.writestr("noise", random.Random(0).randbytes(10_000))
    assert (extract(path, tmp_path / "folder") / "noise").stat().st_size == 10_000


def test_the_same_name_twice_is_refused(tmp_path):
    path = tmp_path / "twice.zip"
    with ZipFile(path, "w") as writer, pytest.warns(UserWarning, match="Duplicate name"):
        writer.writestr("ratings.csv", "the first")
        writer.writestr("ratings.csv", "the second")
    with pytest.raises(DataError, match=r"holds 'ratings\.csv' twice"):
        extract(path, tmp_path / "folder")
    assert everything_under(tmp_path) == ["twice.zip"]


def test_a_member_without_a_name_is_refused(tmp_path):
    path = dangerous(tmp_path / "nameless.zip", "Q")
    # zipfile reads a name up to the first zero byte.
    path.write_bytes(path.read_bytes().replace(b"Q", b"\x00"))
    with pytest.raises(DataError, match="a file without a name"), opened(path):
        pass


def test_a_name_that_is_no_text_is_damage(tmp_path):
    path = dangerous(tmp_path / "name.zip", "é")
    path.write_bytes(path.read_bytes().replace("é".encode(), b"\xca\x20"))
    with pytest.raises(AlteredDataError, match="damaged"), opened(path):
        pass


@pytest.mark.parametrize("slash", ["/", "\\"])
def test_a_member_in_many_folders_is_refused_before_they_are_listed(tmp_path, slash):
    with opened(dangerous(tmp_path / "deep.zip", f"a{slash}" * 20 + "x")) as root:
        assert root.is_dir()
    # A name of 64 KB would make zipfile.Path hold 1 GB of its folders.
    path = dangerous(tmp_path / "deeper.zip", f"a{slash}" * 30_000 + "x")
    with pytest.raises(DataError, match="in more than 20 folders"), opened(path):
        pass


def test_a_folder_may_be_listed_more_than_once(tmp_path):
    path = tmp_path / "folders.zip"
    with ZipFile(path, "w") as writer, pytest.warns(UserWarning, match="Duplicate name"):
        for name in ("inner/", "inner/numbers.txt", "inner/"):
            writer.writestr(name, "")
    assert everything_under(extract(path, tmp_path / "folder")) == ["inner", "inner/numbers.txt"]


def test_it_is_unpacked_beside_its_place(archive, tmp_path, monkeypatch):
    """On the same disk, so that it comes to its place in one step, and nowhere else."""
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(elsewhere))
    made = []

    def unpack(self, folder):
        made.append(Path(folder))
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(ZipFile, "extractall", unpack)
    with pytest.raises(DataError, match="disk is full"):
        extract(archive, tmp_path / "folder")
    assert made[0].parent == tmp_path
    assert made[0].name.startswith(".folder-")
    assert everything_under(tmp_path) == ["elsewhere", "good.zip"]


def test_a_kill_at_any_moment_leaves_nothing_or_everything(archive, tmp_path, dying):
    with ZipFile(archive, "a", zipfile.ZIP_DEFLATED) as writer:
        for number in range(20):
            writer.writestr(f"inner/{number}.txt", "0123456789" * 1000)
    run = dying("extract", str(archive))
    status, lines = run(tmp_path / "whole", 0)
    assert status == 0
    whole = everything_under(tmp_path / "whole")
    killed = 0
    for moment in random.Random(0).sample(range(1, lines), 50):
        folder = tmp_path / "place" / str(moment)
        killed += run(folder, moment)[0] == -signal.SIGKILL
        assert not folder.exists() or everything_under(folder) == whole
        if not folder.exists():
            assert everything_under(extract(archive, folder)) == whole
    assert killed > 40


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EDQUOT])
def test_a_full_disk_is_told_and_nothing_is_left(archive, tmp_path, monkeypatch, code):
    def filling(self, folder):
        (Path(folder) / "begun.txt").write_text("begun")
        raise OSError(code, "No space left on device")

    monkeypatch.setattr(ZipFile, "extractall", filling)
    with pytest.raises(DataError, match=r"disk is full: .* Free some room"):
        extract(archive, tmp_path / "folder")
    assert everything_under(tmp_path) == ["good.zip"]


def test_other_trouble_with_the_disk_is_told_as_it_is(archive, tmp_path, monkeypatch):
    def failing(self, folder):
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(ZipFile, "extractall", failing)
    with pytest.raises(PermissionError):
        extract(archive, tmp_path / "folder")
    assert everything_under(tmp_path) == ["good.zip"]


def test_a_member_never_gives_more_than_it_declares(archive, tmp_path):
    content = bytearray(archive.read_bytes())
    # The size before compression stands in the local header and in the central directory.
    for position in (content.index(b"PK\x03\x04") + 22, content.index(b"PK\x01\x02") + 24):
        content[position : position + 4] = struct.pack("<I", 10)
    path = tmp_path / "lying.zip"
    path.write_bytes(content)
    with pytest.raises(AlteredDataError, match="damaged"):
        extract(path, tmp_path / "folder")
    assert not (tmp_path / "folder").exists()


@pytest.mark.parametrize("kept", [0, 10, 60, 0.5, 0.99])
def test_a_truncated_archive_is_damaged(archive, tmp_path, kept):
    content = archive.read_bytes()
    path = tmp_path / "short.zip"
    path.write_bytes(content[: kept if isinstance(kept, int) else int(len(content) * kept)])
    with pytest.raises(AlteredDataError, match=r"short\.zip is damaged or not a zip archive"):
        extract(path, tmp_path / "folder")
    assert everything_under(tmp_path) == ["good.zip", "short.zip"]


def test_an_altered_member_is_damaged(archive, tmp_path):
    content = bytearray(archive.read_bytes())
    content[60] ^= 0xFF
    path = tmp_path / "altered.zip"
    path.write_bytes(content)
    with pytest.raises(AlteredDataError, match="damaged"):
        extract(path, tmp_path / "folder")
    assert everything_under(tmp_path) == ["altered.zip", "good.zip"]


def test_an_encrypted_archive_is_refused(archive, tmp_path):
    content = bytearray(archive.read_bytes())
    content[content.index(b"PK\x01\x02") + 8] |= 1
    path = tmp_path / "secret.zip"
    path.write_bytes(content)
    with pytest.raises(DataError, match="is encrypted"), opened(path):
        pass


def test_no_file_is_missing(tmp_path):
    with pytest.raises(MissingDataError, match="There is no file"), opened(tmp_path / "none.zip"):
        pass


def test_check_archive(archive):
    size, digest = archive.stat().st_size, sha256(archive)
    assert digest == hashlib.sha256(archive.read_bytes()).hexdigest()
    check_archive(archive, size, digest)
    with pytest.raises(AlteredDataError, match=r"good\.zip was cut short: it has [\d,]+ bytes"):
        check_archive(archive, size + 1, digest)
    with pytest.raises(AlteredDataError, match=r"good\.zip is too long: it has [\d,]+ bytes"):
        check_archive(archive, size - 1, digest)
    with pytest.raises(AlteredDataError, match="not what was published"):
        check_archive(archive, size, "0" * 64)


@pytest.fixture
def summed(tmp_path: Path) -> Path:
    (tmp_path / "a.csv").write_bytes(b"1\n")
    (tmp_path / "b.csv").write_bytes(b"2\n")
    lines = [f"{sha256(tmp_path / name)}  {name}\n" for name in ("a.csv", "b.csv")]
    (tmp_path / "SHA256SUMS").write_text("".join(lines))
    check_sums(tmp_path)
    return tmp_path


def test_a_changed_byte_is_seen(summed):
    (summed / "b.csv").write_bytes(b"3\n")
    with pytest.raises(AlteredDataError, match=r"b\.csv has been altered: its SHA-256 is"):
        check_sums(summed)


def test_names_with_spaces_and_marks_of_binary_files_are_listed_too(summed):
    (summed / "c d.csv").write_bytes(b"3\n")
    with (summed / "SHA256SUMS").open("a") as sums:
        sums.write(f"{sha256(summed / 'c d.csv')}  c d.csv\n{sha256(summed / 'a.csv')} *a.csv\n")
    check_sums(summed)
    (summed / "c d.csv").write_bytes(b"4\n")
    with pytest.raises(
        AlteredDataError, match=r"c d\.csv .*\. Restore the folder, .* fresh clone\.$"
    ):
        check_sums(summed)


@pytest.mark.parametrize("missing", ["a.csv", "SHA256SUMS"])
def test_a_missing_file_is_seen(summed, missing):
    (summed / missing).unlink()
    with pytest.raises(AlteredDataError, match=f"{missing} is missing"):
        check_sums(summed)


@pytest.mark.parametrize("content", ["nonsense\n", "ünsinn a.csv\n"])
def test_a_spoilt_list_of_hashes_is_seen(summed, content):
    (summed / "SHA256SUMS").write_bytes(content.encode())
    with pytest.raises(AlteredDataError, match="SHA256SUMS has been altered"):
        check_sums(summed)


def test_an_empty_list_of_hashes_proves_nothing(summed):
    (summed / "SHA256SUMS").write_bytes(b"")
    with pytest.raises(AlteredDataError, match="SHA256SUMS has been altered"):
        check_sums(summed)
