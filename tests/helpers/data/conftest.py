"""Files in every MovieLens layout, small enough to check by eye."""

import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path

import pytest

Write = Callable[[Mapping[str, bytes]], Path]

CSV_FILES = {
    "ratings.csv": (
        b"userId,movieId,rating,timestamp\r\n1,10,0.5,964982703\r\n1,20,5.0,964981247\r\n"
        b"2,10,3.5,1445714835\r\n"
    ),
    "movies.csv": (
        b"movieId,title,genres\r\n10,Lantern (1987),Drama|War\r\n"
        b'20,"Quiet ""Harbour"", The (1919)",(no genres listed)\r\n'
    ),
}
DAT_FILES = {
    "ratings.dat": b"1::10::5::978300760\n1::20::3::978302109\n2::10::4::978301968\n",
    "movies.dat": (
        "10::Éclair: le train qu'on attend (1919)::Drama\n20::Quiet :: Harbour (2000)::\n"
    ).encode("iso-8859-1"),
    "users.dat": b"1::F::1::10::48067\n2::M::56::16::98107-2117\n",
}
U_FILES = {
    "u.data": b"196\t242\t3\t881250949\n186\t302\t1\t891717742\n",
    "u.item": (
        b"242|Caf\xe9 Nocturne (1997)|24-Jan-1997||http://example.org/|"
        b"0|0|0|0|0|1|0|0|0|0|0|0|0|0|1|0|0|0|0\n"
        b"302|unknown||||1|0|0|0|0|0|0|0|0|0|0|0|0|0|0|0|0|0|0\n"
    ),
    "u.user": b"186|24|M|technician|85711\n196|53|F|other|T8H1N\n",
}


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Write files into a new folder; its path."""

    def write_files(files: Mapping[str, bytes], name: str = "files") -> Path:
        folder = tmp_path / name
        folder.mkdir(parents=True)
        for file, content in files.items():
            (folder / file).write_bytes(content)
        return folder

    return write_files


@pytest.fixture
def csv_files() -> dict[str, bytes]:
    return dict(CSV_FILES)


@pytest.fixture
def dat_files() -> dict[str, bytes]:
    return dict(DAT_FILES)


@pytest.fixture
def u_files() -> dict[str, bytes]:
    return dict(U_FILES)


@pytest.fixture
def data_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty data folder, and no folder of the user's own archives."""
    home = tmp_path / "data-home"
    monkeypatch.setenv("COURSE_DATA", str(home))
    monkeypatch.delenv("COURSE_REAL_DATA", raising=False)
    return home


@pytest.fixture
def dying() -> Iterator[Callable[..., Callable[[Path, int], list[int]]]]:
    """Start dying.py with some arguments; what comes back asks it for one death."""
    if sys.platform != "linux":
        pytest.skip("only Linux forks a process that has loaded libraries")
    with ExitStack() as started:

        def start(*arguments: str) -> Callable[[Path, int], list[int]]:
            command = [sys.executable, str(Path(__file__).with_name("dying.py")), *arguments]
            pipe = subprocess.PIPE
            process = subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True)
            started.enter_context(process)

            def run(folder: Path, moment: int) -> list[int]:
                process.stdin.write(f"{folder} {moment}\n")
                process.stdin.flush()
                return [int(word) for word in process.stdout.readline().split()]

            return run

        yield start
