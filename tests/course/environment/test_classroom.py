"""``course check --class`` says what a class needs, in figures that fit together."""

import re
import socket
from types import SimpleNamespace

import pytest
from typer.testing import CliRunner

from course import cli, environment
from course.environment import classroom

GIB = 2**30


@pytest.fixture
def said(monkeypatch, tmp_path):
    """Every need by its subject, for a machine with 16 GiB free; nothing is started."""
    free = SimpleNamespace(available=16 * GIB)
    monkeypatch.setattr(classroom.psutil, "virtual_memory", lambda: free)
    monkeypatch.setattr(classroom, "kernel_memory", lambda: GIB // 2)
    return lambda laptops=30: {
        need.subject: need.text for need in environment.needs(laptops, root=tmp_path)
    }


def test_every_kind_of_laptop_has_its_download(said):
    text = said()["Download"]
    for system in ("Windows", "macOS", "Linux"):
        assert re.search(rf"{system}[^;]* \d+ MB", text)


def test_the_bandwidth_follows_from_the_download(said):
    largest = max(classroom.DOWNLOADS.values())
    assert f"{10 * largest / 1000:.0f} GB" in said(10)["Bandwidth"]
    assert f"{10 * largest * 8 / 100 / 60:.0f} min at 100 Mbit/s" in said(10)["Bandwidth"]


@pytest.mark.parametrize(("laptops", "verdict"), [(13, "enough"), (14, "too few for 14")])
def test_kernels_are_counted_against_the_free_memory(said, laptops, verdict):
    assert f"holds 13: {verdict}" in said(laptops)["Kernels here"]


def test_keras_that_does_not_start_is_said(said, monkeypatch):
    monkeypatch.setattr(classroom, "kernel_memory", lambda: None)
    assert "course check" in said()["Kernels here"]


def test_two_kernels_really_start_at_once():
    taken = classroom.kernel_memory()
    assert taken is not None
    assert 0.05 * GIB < taken < 3 * GIB


def test_a_kernel_that_fails_is_none(monkeypatch):
    monkeypatch.setattr(classroom, "KERNEL", "raise SystemExit(1)")
    assert classroom.kernel_memory() is None


def test_a_folder_of_wheels_that_is_here_is_counted(tmp_path):
    (tmp_path / "wheels").mkdir()
    assert "Here it is" not in classroom.without_network(tmp_path)
    (tmp_path / "wheels" / "a-1-py3-none-any.whl").write_bytes(bytes(3 * 10**6))
    assert "Here it is: 1 wheels, 3 MB" in classroom.without_network(tmp_path)


def test_a_port_that_is_taken_is_said(monkeypatch):
    with socket.create_server(("127.0.0.1", 0)) as server:
        monkeypatch.setattr(classroom, "PORT", server.getsockname()[1])
        assert "taken here" in classroom.port().text


def test_the_command_prints_a_line_for_each(monkeypatch):
    needs = [environment.Need("Disk", "3 GB"), environment.Need("Ports", "8888")]
    asked = []
    monkeypatch.setattr(environment, "needs", lambda laptops: asked.append(laptops) or needs)
    result = CliRunner().invoke(cli.app, ["check", "--class", "--laptops", "12"])
    assert (asked, result.output) == ([12], "Disk: 3 GB\nPorts: 8888\n")


def test_the_commands_that_are_named_exist(said, root_of_checkout):
    text = " ".join(said().values())
    sessions = set(re.findall(r"nox -s (\w+)", text))
    written = (root_of_checkout / "noxfile.py").read_text(encoding="utf-8")
    assert sessions == {"wheels", "lab"}
    assert all(f"def {name}(session" in written for name in sessions)
    assert all((root_of_checkout / path).exists() for path in re.findall(r"book/\S+\.md", text))
