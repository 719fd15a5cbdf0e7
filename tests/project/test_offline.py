"""The network is closed while tests run, in the kernels of notebooks too."""

import socket
from pathlib import Path

import nbformat
import pytest

from course import lessons

# RFC 5737 keeps this block for documentation: no machine has such an address.
NOWHERE = "192.0.2.1"


def test_this_process_reaches_no_other_machine() -> None:
    with socket.socket() as connection, pytest.raises(PermissionError, match="network is closed"):
        connection.connect((NOWHERE, 80))


def test_this_process_resolves_no_name() -> None:
    with pytest.raises(PermissionError, match="network is closed"):
        socket.getaddrinfo("data.example", 443)


def test_this_process_reaches_itself() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        socket.create_connection(server.getsockname()).close()
        server.accept()[0].close()


@pytest.mark.parametrize(
    "download",
    [
        "import urllib.request; urllib.request.urlopen('http://data.example')",
        f"import urllib.request; urllib.request.urlopen('http://{NOWHERE}', timeout=5)",
        "import requests; requests.get('http://data.example')",
        "import pandas as pd; pd.read_csv('https://data.example/ratings.csv')",
    ],
)
def test_a_notebook_that_downloads_fails(tmp_path: Path, download: str) -> None:
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(download)])
    lesson = tmp_path / "01_download.ipynb"
    nbformat.write(notebook, lesson)
    finished = lessons.run(lesson, tmp_path / "executed.ipynb")
    assert "network is closed" in str(finished.error)
