"""Downloads that continue after a stop and keep only what equals the published file."""

from __future__ import annotations

import os
import re
import shutil
import time
from pathlib import Path
from typing import TYPE_CHECKING

from tqdm import tqdm

from helpers.data.archives import check_archive, sha256
from helpers.data.catalogue import GROUPLENS, Entry, lookup
from helpers.data.locations import data_folder, remember, verify
from helpers.data.locking import alone
from helpers.errors import AlteredDataError, DownloadError, MissingDataError
from helpers.files import NO_ROOM

if TYPE_CHECKING:
    from requests import Response

# If a connection breaks, less than this is lost.
CHUNK_BYTES = 8 * 1024
# Tries without any new byte; a slow connection that still delivers is never given up.
FRUITLESS_TRIES = 4
PAUSE_SECONDS = 1.0
TIMEOUT_SECONDS = (10, 60)


def fetch(
    name: str,
    folder: str | os.PathLike[str] | None = None,
    progress: bool = True,
    base_url: str | None = None,
) -> Path:
    """Download a data set's archive unless it is here already, verify it, return its path.

    Bytes that arrived before an interruption wait in ``ARCHIVE.part``, and the next call continues
    from there. The archive gets its name only after its size and SHA-256 are found right. If
    several processes fetch the same archive, one does it and the others wait.

    Args:
        name: a name in the catalogue; one that comes with the course is only verified.
        folder: where to keep it; None means ``data_folder()``, where ``load`` looks for it.
        progress: whether to show a progress bar.
        base_url: a mirror's address, up to the name of the archive; None means GroupLens.

    Raises:
        UnknownDatasetError: no such name in the catalogue.
        DownloadError: no connection, a refusal by the server, or no room; call again to resume.
        AlteredDataError: the file is not the one that was published; nothing is kept.
    """
    entry = lookup(name)
    if entry.archive is None or entry.size is None:
        return verify(name)
    target = (data_folder() if folder is None else Path(folder).expanduser()) / entry.archive
    here = _here(entry, target, folder is None)
    if here is not None:
        return here
    part = target.with_name(f"{target.name}.part")
    url = (base_url or GROUPLENS).rstrip("/") + "/" + entry.archive
    waiting = f"Another process is fetching {target}; waiting for it." if progress else None
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with alone(target, waiting):
            here = _here(entry, target, folder is None)
            if here is not None:
                return here
            _check_room(part, entry.size)
            _download(entry, url, part, progress)
            part.replace(target)
    except DownloadError:
        raise
    except OSError as error:
        raise DownloadError(_unwritable(target, error)) from error
    remember(entry, target)
    return target


def _here(entry: Entry, target: Path, anywhere: bool) -> Path | None:
    """The archive if it is here and right; a damaged one is kept until it is replaced."""
    try:
        if anywhere:
            return verify(entry.name)
        if target.is_file():
            check_archive(target, entry.size or 0, str(entry.sha256))
            return target
    except (AlteredDataError, MissingDataError):
        pass
    return None


def _check_room(part: Path, size: int) -> None:
    missing = size - _length(part)
    free = shutil.disk_usage(part.parent).free
    if free < missing:
        raise DownloadError(
            f"{part.stem} needs {missing / 1e6:,.0f} MB more, but {part.parent} has room for "
            f"{free / 1e6:,.0f} MB. Free some, or name another folder."
        )


def _unwritable(target: Path, error: OSError) -> str:
    if error.errno in NO_ROOM:
        return (
            f"The disk is full: {target} cannot be completed. The bytes so far are kept. Free some "
            "room and run the same command again to continue from there, or name another folder."
        )
    return f"{target} cannot be written: {error}."


def _download(entry: Entry, url: str, part: Path, progress: bool) -> None:
    """Complete ``part``; it is deleted if it is not what was published."""
    resumed = part.exists()
    _Resuming(entry, part, progress).complete(url)
    found = sha256(part)
    if found == entry.sha256:
        return None
    part.unlink()
    if resumed:
        # The beginning may come from another file, so the whole is tried once.
        return _download(entry, url, part, progress)
    raise AlteredDataError(
        f"The file at {url} is not the one that was published: its SHA-256 is {found}, not "
        f"{entry.sha256}. Nothing was kept. Try again later or from another network."
    )


def _length(part: Path) -> int:
    return part.stat().st_size if part.exists() else 0


class _Resuming:
    """Asks for what is missing of ``part`` until it has the size that was published."""

    def __init__(self, entry: Entry, part: Path, progress: bool) -> None:
        self.size = entry.size or 0
        self.part = part
        self.bar = tqdm(
            desc=entry.archive,
            total=self.size,
            initial=self._arrived(),
            unit="B",
            unit_scale=True,
            disable=not progress,
        )

    def complete(self, url: str) -> None:
        import requests
        from requests.exceptions import InvalidSchema, InvalidURL, TooManyRedirects

        fruitless, most = 0, self._arrived()
        with self.bar:
            while self._arrived() != self.size:
                try:
                    self._request(url)
                except (InvalidSchema, InvalidURL, TooManyRedirects) as error:
                    raise DownloadError(
                        f"{url} does not work ({error}). Only http and https are followed. "
                        "Look for a newer address, or pass the path of a zip that you have."
                    ) from error
                except requests.RequestException as error:
                    fruitless = 0 if self._arrived() > most else fruitless + 1
                    most = max(most, self._arrived())
                    if fruitless == FRUITLESS_TRIES:
                        raise DownloadError(self._failure(url, error)) from error
                    time.sleep(PAUSE_SECONDS * fruitless)

    def _request(self, url: str) -> None:
        """One request for what is missing, its answer appended to ``part``."""
        import requests

        start = self._arrived()
        if start > self.size:
            self.part.unlink()
            start = 0
        # With compression, a range of bytes would mean something else.
        headers = {"Accept-Encoding": "identity"}
        if start:
            headers["Range"] = f"bytes={start}-"
        with requests.get(url, headers=headers, stream=True, timeout=TIMEOUT_SECONDS) as response:
            first, total = _offered(response)
            if response.status_code == 416 or first not in (0, start):
                self.part.unlink()
                raise requests.ConnectionError("the server cannot continue from there")
            if 400 <= response.status_code < 500:
                raise DownloadError(
                    f"{url} answers {response.status_code} {response.reason}. "
                    "Look for a newer address, or pass the path of a zip that you have."
                )
            response.raise_for_status()
            if total is not None and total != self.size:
                raise AlteredDataError(
                    f"{url} offers {total:,} bytes instead of the {self.size:,} that were "
                    "published. A network's sign-in page may have answered; nothing of it was kept."
                )
            self._write(response, first)
        if self._arrived() < self.size:
            raise requests.ConnectionError("the connection was closed early")

    def _write(self, response: Response, start: int) -> None:
        with self.part.open("r+b" if start else "wb") as file:
            file.seek(start)
            self.bar.n = start
            for chunk in response.iter_content(CHUNK_BYTES):
                file.write(chunk)
                self.bar.update(len(chunk))
                if file.tell() > self.size:
                    break
            file.flush()
            # If the power fails, the archive's name must not be on disk before its bytes.
            os.fsync(file.fileno())
        if self._arrived() > self.size:
            self.part.unlink()
            raise AlteredDataError(
                f"{response.url} sends more than the {self.size:,} bytes that were published. "
                "Nothing was kept."
            )

    def _arrived(self) -> int:
        return _length(self.part)

    def _failure(self, url: str, error: Exception) -> str:
        kept = self._arrived()
        return (
            f"{url} could not be fetched: {_plain(error)}. "
            + (f"{kept:,} of {self.size:,} bytes are kept. " if kept else "")
            + "Check the connection and run the same command again"
            + (" to continue from there" if kept else "")
            + "; or fetch the file with a browser and pass its path instead of the name."
        )


def _offered(response: Response) -> tuple[int, int | None]:
    """First byte of the answer (−1: unknown), and bytes of the whole file if the server says so."""
    if response.status_code != 206:
        length = response.headers.get("Content-Length")
        return 0, int(length) if length and length.isdecimal() else None
    found = re.match(r"bytes (\d+)-\d+/(\d+|\*)$", response.headers.get("Content-Range", ""))
    if found is None:
        return -1, None
    return int(found[1]), None if found[2] == "*" else int(found[2])


def _plain(error: Exception) -> str:
    """What went wrong, in words that say what to look at."""
    import requests

    # A stall in the middle of the file is a ConnectionError; only its text says so.
    if isinstance(error, requests.Timeout) or "timed out" in str(error):
        return "the server does not answer in time"
    if isinstance(error, requests.exceptions.SSLError):
        return "the secure connection cannot be established"
    if isinstance(error, requests.HTTPError) and error.response is not None:
        return f"the server answers {error.response.status_code} {error.response.reason}"
    if "refused" in str(error):
        return "the connection is refused"
    if any(mark in str(error) for mark in ("resolve", "getaddrinfo", "unreachable")):
        return "there is no connection to that host (offline?)"
    return "the connection broke off"
