"""Downloads from a server on this machine that behaves as badly as each test asks."""

import errno
import hashlib
import os
import random
import re
import signal
import subprocess
import sys
import threading
import zipfile
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest

from helpers.data import download, fetch, load
from helpers.data.catalogue import CATALOGUE
from helpers.data.locations import verified
from helpers.errors import AlteredDataError, DownloadError, MissingDataError, UnknownDatasetError

REAL = Path(os.environ.get("COURSE_REAL_DATA", "")) / "ml-latest-small.zip"


@dataclass
class Behaviour:
    """What the server does; ``asked`` collects the Range header of each request."""

    content: bytes = b""
    ranges: bool = True
    announces: bool = True
    announced: str = ""
    stops_after: list[int] = field(default_factory=list)
    stalls_after: list[int] = field(default_factory=list)
    redirects: list[str] = field(default_factory=list)
    held: threading.Event | None = None
    arrived: threading.Event = field(default_factory=threading.Event)
    answers: list[int] = field(default_factory=list)
    shifts: int = 0
    asked: list[str | None] = field(default_factory=list)


class Handler(BaseHTTPRequestHandler):
    behaviour: Behaviour

    def do_GET(self) -> None:
        wanted = self.headers.get("Range")
        self.behaviour.asked.append(wanted)
        self.behaviour.arrived.set()
        if self.behaviour.answers:
            self.send_error(self.behaviour.answers.pop(0))
            return
        if self.behaviour.redirects:
            self.send_response(302)
            self.send_header("Location", self.behaviour.redirects.pop(0))
            self.end_headers()
            return
        content = self.behaviour.content
        start = int(re.findall(r"\d+", wanted)[0]) if wanted and self.behaviour.ranges else 0
        if start and start >= len(content):
            self.send_error(416)
            return
        start = max(start - self.behaviour.shifts, 0) if start else 0
        self.send_response(206 if start else 200)
        if start:
            self.send_header("Content-Range", f"bytes {start}-{len(content) - 1}/{len(content)}")
        if self.behaviour.announces:
            length = self.behaviour.announced or str(len(content) - start)
            self.send_header("Content-Length", length)
        self.end_headers()
        body = content[start:]
        if self.behaviour.stops_after:
            body = body[: self.behaviour.stops_after.pop(0)]
        if self.behaviour.stalls_after:
            self.wfile.write(body[: self.behaviour.stalls_after.pop(0)])
            self.connection.recv(1)
            return
        if self.behaviour.held:
            self.wfile.write(body[: len(body) // 2])
            body = body[len(body) // 2 :]
            self.behaviour.held.wait(60)
        with suppress(ConnectionError):
            self.wfile.write(body)

    def log_message(self, *_values: object) -> None:
        pass


@pytest.fixture
def server() -> Iterator[tuple[Behaviour, str]]:
    behaviour = Behaviour()
    handler = type("BehavingHandler", (Handler,), {"behaviour": behaviour})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as http:
        thread = threading.Thread(target=http.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield behaviour, f"http://127.0.0.1:{http.server_port}/"
        http.shutdown()
        thread.join()


@pytest.fixture
def archive(monkeypatch, data_home, csv_files) -> bytes:
    """The bytes of an archive that stands for ml-25m in the catalogue."""
    monkeypatch.setattr(download, "PAUSE_SECONDS", 0)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    noise = np.random.default_rng(0).bytes(300_000)
    text = BytesIO()
    with zipfile.ZipFile(text, "w") as writer:
        for name, content in csv_files.items():
            writer.writestr(f"ml-25m/{name}", content)
        writer.writestr("ml-25m/genome", noise)
    content = text.getvalue()
    entry = replace(
        CATALOGUE["ml-25m"], size=len(content), sha256=hashlib.sha256(content).hexdigest()
    )
    monkeypatch.setitem(CATALOGUE, "ml-25m", entry)
    return content


def files(folder: Path) -> list[str]:
    """What is in a folder, the lock aside."""
    names = {file.name for file in folder.iterdir()} if folder.exists() else set()
    return sorted(names - {".ml-25m.zip.lock"})


def test_fetches_verifies_and_loads(server, archive, data_home, capsys):
    behaviour, address = server
    behaviour.content = archive
    path = fetch("ml-25m", base_url=address)
    assert path == data_home / "ml-25m.zip"
    assert path.read_bytes() == archive
    assert "ml-25m.zip: 100%" in capsys.readouterr().err
    assert files(data_home) == ["ml-25m.zip"]
    assert len(load("ml-25m").ratings) == 3
    assert fetch("ml-25m", base_url=address) == path
    assert behaviour.asked == [None]


def test_no_progress_bar_unless_wanted(server, archive, capsys):
    behaviour, address = server
    behaviour.content = archive
    fetch("ml-25m", base_url=address.rstrip("/"), progress=False)
    assert capsys.readouterr() == ("", "")


def test_into_a_folder_of_ones_choice(server, archive, tmp_path, data_home):
    behaviour, address = server
    behaviour.content = archive
    chosen = tmp_path / "deep" / "folder"
    for _ in range(2):
        assert fetch("ml-25m", folder=chosen, base_url=address) == chosen / "ml-25m.zip"
    assert len(behaviour.asked) == 1
    assert files(data_home) == []
    assert len(load(chosen / "ml-25m.zip").ratings) == 3
    (chosen / "ml-25m.zip").write_bytes(b"damaged")
    fetch("ml-25m", folder=chosen, base_url=address)
    assert (chosen / "ml-25m.zip").read_bytes() == archive


def test_goes_on_after_an_interruption_at_half(server, archive, data_home):
    behaviour, address = server
    behaviour.content = archive
    half = 19 * download.CHUNK_BYTES
    behaviour.stops_after = [half, 0, 0, 0, 0]
    with pytest.raises(DownloadError, match=r"bytes are kept.*same command again to continue"):
        fetch("ml-25m", base_url=address)
    assert files(data_home) == ["ml-25m.zip.part"]
    assert (data_home / "ml-25m.zip.part").read_bytes() == archive[:half]
    with pytest.raises(MissingDataError):
        load("ml-25m")
    behaviour.asked.clear()
    fetch("ml-25m", base_url=address)
    assert behaviour.asked == [f"bytes={half}-"]
    assert (data_home / "ml-25m.zip").read_bytes() == archive
    assert files(data_home) == ["ml-25m.zip"]


@pytest.mark.parametrize("announces", [True, False])
def test_a_line_that_keeps_breaking_is_taken_up_again(server, archive, data_home, announces):
    behaviour, address = server
    behaviour.content = archive
    behaviour.announces = announces
    behaviour.stops_after = [32_768] * 9
    fetch("ml-25m", base_url=address)
    assert len(behaviour.asked) == 10
    assert (data_home / "ml-25m.zip").read_bytes() == archive


def test_a_server_without_ranges_starts_again(server, archive, data_home):
    behaviour, address = server
    behaviour.content = archive
    behaviour.ranges = False
    behaviour.stops_after = [100_000]
    fetch("ml-25m", base_url=address)
    assert behaviour.asked[0] is None
    assert str(behaviour.asked[1]).startswith("bytes=")
    assert (data_home / "ml-25m.zip").read_bytes() == archive


def test_a_range_other_than_the_one_asked_for_is_not_appended(server, archive, data_home):
    behaviour, address = server
    behaviour.content = archive
    behaviour.shifts = 10
    behaviour.stops_after = [100_000]
    fetch("ml-25m", base_url=address)
    assert (data_home / "ml-25m.zip").read_bytes() == archive


@pytest.mark.parametrize("size", [50, 301_000, 900_000])
def test_the_beginning_of_something_else_does_no_harm(server, archive, data_home, size):
    behaviour, address = server
    behaviour.content = archive
    data_home.mkdir()
    (data_home / "ml-25m.zip.part").write_bytes(b"x" * size)
    fetch("ml-25m", base_url=address)
    assert (data_home / "ml-25m.zip").read_bytes() == archive
    assert files(data_home) == ["ml-25m.zip"]


def test_a_complete_part_is_only_verified(server, archive, data_home):
    behaviour, address = server
    data_home.mkdir()
    (data_home / "ml-25m.zip.part").write_bytes(archive)
    fetch("ml-25m", base_url=address)
    assert behaviour.asked == []
    assert files(data_home) == ["ml-25m.zip"]


def test_altered_bytes_are_refused_and_not_kept(server, archive, data_home):
    behaviour, address = server
    altered = bytearray(archive)
    altered[1000] ^= 1
    behaviour.content = bytes(altered)
    with pytest.raises(AlteredDataError, match="not the one that was published"):
        fetch("ml-25m", base_url=address)
    assert files(data_home) == []
    with pytest.raises(MissingDataError):
        load("ml-25m")


def test_bytes_altered_after_a_resumption_are_refused_too(server, archive, data_home):
    behaviour, address = server
    data_home.mkdir()
    (data_home / "ml-25m.zip.part").write_bytes(archive[:1000])
    behaviour.content = archive[:-1] + bytes([archive[-1] ^ 1])
    with pytest.raises(AlteredDataError, match="not the one that was published"):
        fetch("ml-25m", base_url=address)
    assert files(data_home) == []


@pytest.mark.parametrize("change", [-1, 1])
def test_a_file_of_another_size_is_refused_before_it_is_fetched(server, archive, data_home, change):
    behaviour, address = server
    behaviour.content = (archive + b"x")[: len(archive) + change]
    with pytest.raises(AlteredDataError, match="bytes instead of the"):
        fetch("ml-25m", base_url=address)
    assert files(data_home) == []


def test_a_wrong_size_keeps_what_an_earlier_try_brought(server, archive, data_home):
    behaviour, address = server
    data_home.mkdir()
    (data_home / "ml-25m.zip.part").write_bytes(archive[:1000])
    behaviour.content = b"Please sign in." * 100
    with pytest.raises(AlteredDataError, match="sign-in page"):
        fetch("ml-25m", base_url=address)
    assert (data_home / "ml-25m.zip.part").read_bytes() == archive[:1000]


def test_a_length_that_is_no_number_is_not_believed(server, archive, data_home):
    behaviour, address = server
    behaviour.content = archive
    behaviour.announced = "many"
    fetch("ml-25m", base_url=address)
    assert (data_home / "ml-25m.zip").read_bytes() == archive


@pytest.mark.parametrize("silent_after", [0, 100_000])
def test_a_server_that_stalls_is_asked_again(server, archive, data_home, monkeypatch, silent_after):
    behaviour, address = server
    behaviour.content = archive
    monkeypatch.setattr(download, "TIMEOUT_SECONDS", (30, 1.0))
    behaviour.stalls_after = [silent_after]
    fetch("ml-25m", base_url=address)
    assert len(behaviour.asked) >= 2
    assert (data_home / "ml-25m.zip").read_bytes() == archive


def test_a_server_that_only_stalls_is_given_up(server, archive, data_home, monkeypatch):
    behaviour, address = server
    behaviour.content = archive
    monkeypatch.setattr(download, "TIMEOUT_SECONDS", (30, 1.0))
    monkeypatch.setattr(download, "FRUITLESS_TRIES", 1)
    half = 19 * download.CHUNK_BYTES
    behaviour.stalls_after = [half, 0, 0]
    with pytest.raises(DownloadError, match=r"does not answer in time. [\d,]+ of 300,"):
        fetch("ml-25m", base_url=address)
    assert files(data_home) == ["ml-25m.zip.part"]


def test_a_redirection_is_followed(server, archive, data_home):
    behaviour, address = server
    behaviour.content = archive
    behaviour.redirects = ["/elsewhere", "/again"]
    fetch("ml-25m", base_url=address)
    assert (data_home / "ml-25m.zip").read_bytes() == archive


@pytest.mark.parametrize("beginning", ["", "at once"])
def test_a_redirection_to_a_file_is_refused(server, archive, data_home, tmp_path, beginning):
    behaviour, address = server
    (tmp_path / "ml-25m.zip").write_bytes(archive)
    here = (tmp_path / "ml-25m.zip").as_uri()
    behaviour.redirects = [here]
    with pytest.raises(DownloadError, match=r"does not work .* Only http and https"):
        fetch("ml-25m", base_url=tmp_path.as_uri() if beginning else address)
    assert len(behaviour.asked) == (0 if beginning else 1)
    assert files(data_home) == []


def test_a_redirection_in_circles_is_given_up(server, archive, data_home):
    behaviour, address = server
    behaviour.redirects = ["/round"] * 99
    with pytest.raises(DownloadError, match="does not work"):
        fetch("ml-25m", base_url=address)
    assert len(behaviour.redirects) > 50


def test_a_file_without_end_is_stopped(server, archive, data_home):
    behaviour, address = server
    behaviour.announces = False
    behaviour.content = archive * 10
    with pytest.raises(AlteredDataError, match="sends more than"):
        fetch("ml-25m", base_url=address)
    assert files(data_home) == []


def test_a_file_that_ends_early_without_saying_so_is_resumable(server, archive, data_home):
    behaviour, address = server
    behaviour.announces = False
    behaviour.content = archive[:-100]
    with pytest.raises(DownloadError, match="could not be fetched"):
        fetch("ml-25m", base_url=address)
    assert "ml-25m.zip" not in files(data_home)


@pytest.mark.parametrize(("status", "words"), [(404, "404 Not Found"), (403, "403 Forbidden")])
def test_a_refusal_is_told_at_once(server, archive, data_home, status, words):
    behaviour, address = server
    behaviour.answers = [status] * 9
    with pytest.raises(DownloadError, match=words):
        fetch("ml-25m", base_url=address)
    assert len(behaviour.asked) == 1
    assert files(data_home) == []


def test_a_server_in_trouble_is_asked_again(server, archive, data_home):
    behaviour, address = server
    behaviour.content = archive
    behaviour.answers = [503, 500]
    fetch("ml-25m", base_url=address)
    assert len(behaviour.asked) == 3
    behaviour.answers = [503] * 9
    (data_home / "ml-25m.zip").unlink()
    with pytest.raises(DownloadError, match="answers 503 Service Unavailable"):
        fetch("ml-25m", base_url=address)


def test_a_refused_connection_is_plain_words(archive, data_home):
    with pytest.raises(DownloadError) as caught:
        fetch("ml-25m", base_url="http://127.0.0.1:9/", progress=False)
    assert "the connection is refused. Check the connection" in str(caught.value)
    assert "with a browser" in str(caught.value)
    assert files(data_home) == []


def test_an_unknown_host_is_plain_words(archive, monkeypatch):
    import requests

    def offline(*_values, **_named):
        raise requests.ConnectionError("Failed to resolve 'files.grouplens.org'")

    monkeypatch.setattr(requests, "get", offline)
    with pytest.raises(DownloadError, match=r"no connection to that host \(offline\?\)"):
        fetch("ml-25m", progress=False)


@pytest.mark.parametrize(
    ("error", "words"), [("Timeout", "in time"), ("exceptions.SSLError", "secure connection")]
)
def test_other_failures_are_plain_words(archive, monkeypatch, error, words):
    import requests

    kind = requests.Timeout if error == "Timeout" else requests.exceptions.SSLError

    def failing(*_values, **_named):
        raise kind("technical words")

    monkeypatch.setattr(requests, "get", failing)
    with pytest.raises(DownloadError, match=words):
        fetch("ml-25m", progress=False)


def test_a_folder_that_cannot_be_written(archive, tmp_path):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(DownloadError, match="cannot be written"):
        fetch("ml-25m", folder=tmp_path / "file" / "inside", progress=False)


def test_too_little_room_is_told_before_anything_is_fetched(archive, monkeypatch, tmp_path):
    usage = type("Usage", (), {"free": 10})
    monkeypatch.setattr(download.shutil, "disk_usage", lambda _path: usage)
    with pytest.raises(DownloadError, match="has room for"):
        fetch("ml-25m", folder=tmp_path, progress=False)
    assert files(tmp_path) == []


def test_room_is_needed_only_for_what_is_missing(server, archive, data_home, monkeypatch):
    behaviour, address = server
    behaviour.content = archive
    data_home.mkdir()
    (data_home / "ml-25m.zip.part").write_bytes(archive[:-1000])
    usage = type("Usage", (), {"free": 1000})
    monkeypatch.setattr(download.shutil, "disk_usage", lambda _path: usage)
    fetch("ml-25m", base_url=address)
    assert (data_home / "ml-25m.zip").read_bytes() == archive


def test_a_disk_that_fills_up_is_told_and_the_download_goes_on_later(
    server, archive, data_home, monkeypatch
):
    behaviour, address = server
    behaviour.content = archive

    def filling(bar, amount):
        bar.n += amount
        if bar.n > 100_000:
            raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(download.tqdm, "update", filling)
        with pytest.raises(DownloadError, match=r"disk is full: .* kept.* same command again"):
            fetch("ml-25m", base_url=address)
    assert files(data_home) == ["ml-25m.zip.part"]
    fetch("ml-25m", base_url=address)
    assert behaviour.asked == [None, f"bytes={13 * download.CHUNK_BYTES}-"]
    assert (data_home / "ml-25m.zip").read_bytes() == archive


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full here")
def test_a_disk_that_is_full_from_the_start_is_told(server, archive, data_home):
    behaviour, address = server
    behaviour.content = archive
    data_home.mkdir()
    (data_home / "ml-25m.zip.part").symlink_to("/dev/full")
    with pytest.raises(DownloadError, match="disk is full"):
        fetch("ml-25m", base_url=address)
    assert "ml-25m.zip" not in files(data_home)


FETCH = """
import sys
from dataclasses import replace
from helpers.data import fetch
from helpers.data.catalogue import CATALOGUE
address, size, sha256 = sys.argv[1:]
CATALOGUE["ml-25m"] = replace(CATALOGUE["ml-25m"], size=int(size), sha256=sha256)
print(fetch("ml-25m", base_url=address))
"""


def fetching(address: str) -> subprocess.Popen[str]:
    entry = CATALOGUE["ml-25m"]
    command = [sys.executable, "-c", FETCH, address, str(entry.size), str(entry.sha256)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def test_of_several_processes_one_fetches_and_another_takes_over(server, archive, data_home):
    behaviour, address = server
    behaviour.content = archive
    behaviour.held = threading.Event()
    try:
        with fetching(address) as first:
            assert behaviour.arrived.wait(60)
            with fetching(address) as second, fetching(address) as third:
                for waiting in (second, third):
                    assert "Another process is fetching" in waiting.stderr.readline()
                assert behaviour.asked == [None]
                first.kill()
                first.wait()
                behaviour.held.set()
                for waiting in (second, third):
                    assert waiting.communicate()[0].strip() == str(data_home / "ml-25m.zip")
                    assert waiting.returncode == 0
    finally:
        behaviour.held.set()
    assert len(behaviour.asked) == 2
    assert (data_home / "ml-25m.zip").read_bytes() == archive
    assert files(data_home) == ["ml-25m.zip"]


def test_a_kill_at_any_moment_leaves_the_old_or_the_new(server, archive, tmp_path, dying):
    behaviour, address = server
    behaviour.content = archive
    entry = CATALOGUE["ml-25m"]
    run = dying("fetch", address, str(entry.size), str(entry.sha256))
    status, lines = run(tmp_path / "whole", 0)
    assert status == 0
    draw = random.Random(0)
    # The new takes the old one's place among the last few of thousands of lines.
    moments = draw.sample(range(1, lines), 30) + draw.sample(range(lines - 60, lines), 20)
    killed = 0
    for number, moment in enumerate(moments):
        old = b"damaged" if number % 2 else None
        target = tmp_path / str(number) / "ml-25m.zip"
        target.parent.mkdir()
        if old:
            target.write_bytes(old)
        killed += run(target.parent, moment)[0] == -signal.SIGKILL
        assert (target.read_bytes() if target.exists() else None) in (old, archive)
        assert set(files(target.parent)) <= {"ml-25m.zip", "ml-25m.zip.part"}
        assert fetch("ml-25m", target.parent, progress=False, base_url=address) == target
        assert target.read_bytes() == archive
        assert files(target.parent) == ["ml-25m.zip"]
    assert killed > 40


def test_a_damaged_archive_is_replaced(server, archive, data_home):
    behaviour, address = server
    behaviour.content = archive
    data_home.mkdir()
    (data_home / "ml-25m.zip").write_bytes(archive[:500])
    fetch("ml-25m", base_url=address)
    assert verified("ml-25m").read_bytes() == archive


def test_a_failed_replacement_leaves_the_old_file(server, archive, data_home):
    behaviour, address = server
    behaviour.answers = [404]
    data_home.mkdir()
    (data_home / "ml-25m.zip").write_bytes(b"old")
    with pytest.raises(DownloadError):
        fetch("ml-25m", base_url=address)
    assert (data_home / "ml-25m.zip").read_bytes() == b"old"


def test_what_comes_with_the_course_is_not_fetched(data_home):
    assert fetch("movielens-small", base_url="http://127.0.0.1:9/").name == "movielens-small"
    with pytest.raises(UnknownDatasetError, match="ml-1m"):
        fetch("ml-1")


@pytest.mark.skipif(
    "COURSE_REAL_DATA" not in os.environ or not REAL.is_file(),
    reason="COURSE_REAL_DATA holds no ml-latest-small.zip",
)
def test_the_real_latest_small_from_half_to_loaded(server, data_home, monkeypatch):
    behaviour, address = server
    behaviour.content = REAL.read_bytes()
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setattr(download, "PAUSE_SECONDS", 0)
    half = 60 * download.CHUNK_BYTES
    behaviour.stops_after = [half]
    assert fetch("ml-latest-small", base_url=address) == data_home / "ml-latest-small.zip"
    assert behaviour.asked == [None, f"bytes={half}-"]
    assert len(load("ml-latest-small").ratings) == 100_836
