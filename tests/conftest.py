"""What holds for every test: no network, no window, the same examples, the longest first."""

import os
import runpy
import signal
from collections.abc import Callable
from pathlib import Path

import matplotlib
import nbformat
import pytest
from hypothesis import HealthCheck, settings

import seconds

WriteLesson = Callable[..., Path]

OFFLINE = Path(__file__).parent / "offline"

# Kernels run these when they start; pytest, which looks for examples in docstrings, must not.
collect_ignore = ["offline", "course/editions/one_epoch.py"]
matplotlib.use("agg")
settings.register_profile(
    "course",
    deadline=None,
    derandomize=True,
    database=None,
    # How long examples take to make says how busy the machine is.
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("course")

# A shell starts what runs in the background deaf to Ctrl-C, and then no endless loop would end.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

# The kernels that tests start inherit the variable; this process needs the hook itself.
os.environ["PYTHONPATH"] = os.pathsep.join(
    [str(OFFLINE), *filter(None, [os.environ.get("PYTHONPATH")])]
)
runpy.run_path(str(OFFLINE / "sitecustomize.py"))


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--store-seconds",
        action="store_true",
        help="write what each file takes of one core into tests/seconds.csv",
    )


def pytest_configure(config: pytest.Config) -> None:
    if config.getoption("--store-seconds"):
        config.pluginmanager.register(seconds.Measuring())


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Side by side, what takes longest starts first."""
    if hasattr(config, "workerinput"):
        items[:] = seconds.longest_first(items, seconds.stored())


@pytest.fixture
def write_lesson(tmp_path: Path) -> WriteLesson:
    """Write a notebook of code cells, each a text or a pair of a tag and a text; its path."""

    def write(name: str, *cells: str | tuple[str, str], folder: str = "notebooks") -> Path:
        notebook = nbformat.v4.new_notebook()
        for number, cell in enumerate(cells, 1):
            tag, source = ("", cell) if isinstance(cell, str) else cell
            metadata = {"tags": [tag]} if tag else {}
            notebook.cells.append(
                nbformat.v4.new_code_cell(source, id=f"cell-{number}", metadata=metadata)
            )
        path = tmp_path / folder / name
        path.parent.mkdir(exist_ok=True)
        nbformat.write(notebook, path)
        return path

    return write
