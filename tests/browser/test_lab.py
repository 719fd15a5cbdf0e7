"""JupyterLab in a real browser: a lesson runs from the menu, a check answers, a widget moves."""

import os
import secrets
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import ipywidgets
import nbformat
import pytest

from course import lessons

LESSON = lessons.find(["fill_in_a_rating_matrix"])[0]
START_SECONDS = 180
RUN_MILLISECONDS = 300_000
TRIES = 6
STARTED = """[...document.querySelectorAll(".jp-CodeCell .jp-InputPrompt")].some(
    (prompt) => /\\[[*\\d]+\\]/.test(prompt.textContent))"""
WIDGET = """
from helpers import widgets
widgets.pick_user([3, 7, 9], lambda user_id: f"This is user {user_id}", value=7)
"""
# Nothing that asks the network or writes by itself; and every cell in the page, not those in view.
SETTINGS = {
    "notebook-extension/tracker": '{"windowingMode": "none"}',
    "apputils-extension/notification": '{"fetchNews": "false", "checkForUpdates": false}',
    "docmanager-extension/plugin": '{"autosave": false}',
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A copy of the first lesson, unrun, and a notebook with a widget."""
    folder = tmp_path_factory.mktemp("lessons")
    lesson = nbformat.read(LESSON, as_version=4)
    for cell in lesson.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    nbformat.write(lesson, folder / LESSON.name)
    picker = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(WIDGET.strip())])
    picker.metadata = lesson.metadata
    nbformat.write(picker, folder / "widget.ipynb")
    return folder


@pytest.fixture(scope="module")
def lab(browser, folder, tmp_path_factory):
    """The address of a running JupyterLab, as a pattern for the name of a notebook."""
    own = tmp_path_factory.mktemp("jupyter")
    for name, text in SETTINGS.items():
        path = own / "settings" / "@jupyterlab" / f"{name}.jupyterlab-settings"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    environment = os.environ | {
        "JUPYTER_CONFIG_DIR": str(own / "config"),
        "JUPYTER_RUNTIME_DIR": str(own / "runtime"),
        "JUPYTERLAB_SETTINGS_DIR": str(own / "settings"),
        "JUPYTERLAB_WORKSPACES_DIR": str(own / "workspaces"),
    }
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    token = secrets.token_hex(16)
    options = [f"--ServerApp.root_dir={folder}", f"--ServerApp.port={port}", "--no-browser"]
    options += ["--ServerApp.ip=127.0.0.1", "--ServerApp.port_retries=0", "--allow-root"]
    command = [sys.executable, "-m", "jupyterlab", *options, f"--IdentityProvider.token={token}"]
    with (own / "log").open("w") as log:
        server = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
        try:
            _wait_for(f"http://127.0.0.1:{port}/api?token={token}", server, own / "log")
            yield f"http://127.0.0.1:{port}/doc/tree/{{}}?token={token}"
        finally:
            server.terminate()
            server.wait(timeout=120)


def _wait_for(address: str, server: subprocess.Popen, log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and server.poll() is None:
        try:
            urllib.request.urlopen(address, timeout=2).close()
            return
        except OSError:
            time.sleep(0.2)
    pytest.fail(f"JupyterLab did not start:\n{log.read_text()[-2000:]}")


def _within(seconds, condition) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(0.1)
    return False


def _chosen(page, *names) -> bool:
    """Whether these could be clicked in the menu, one after the other."""
    from playwright.sync_api import TimeoutError as NotInTime

    try:
        for name in names:
            page.get_by_role("menuitem", name=name, exact=True).click(timeout=10_000)
    except NotInTime:
        return False
    return True


def run_all(page):
    """Wait for the kernel, choose Run All Cells from the menu, wait until it is done."""
    idle = page.locator(".jp-Notebook-ExecutionIndicator[data-status=idle]")
    idle.wait_for(timeout=RUN_MILLISECONDS)
    page.wait_for_load_state("networkidle")
    for _ in range(TRIES):
        # The page says idle a moment before the notebook takes orders. On a busy machine it may
        # also ask something first, such as for a kernel: then it gets the yes of a person.
        for yes in page.locator(".jp-Dialog .jp-mod-accept").all():
            yes.click()
        if _chosen(page, "Run", "Run All Cells") and _within(5, lambda: page.evaluate(STARTED)):
            break
    # Folded cells may have no prompt; of the others each gets a star, and then a number.
    page.wait_for_function(
        """() => {
            const prompts = [...document.querySelectorAll(".jp-CodeCell .jp-InputPrompt")];
            const texts = prompts.map((each) => each.textContent).filter((t) => t.includes("["));
            return texts.length > 0 && texts.every((text) => /\\[\\d+\\]/.test(text));
        }""",
        timeout=RUN_MILLISECONDS,
    )
    idle.wait_for(timeout=RUN_MILLISECONDS)
    errors = page.locator('[data-mime-type="application/vnd.jupyter.error"]')
    assert errors.all_inner_texts() == []


def test_the_first_lesson_runs_and_its_checks_answer(visit, lab):
    with visit(lab.format(LESSON.name), height=4000) as visited:
        run_all(visited.page)
        exercise = visited.page.locator(".jp-CodeCell", has_text="checks.exercise_1(answer)").first
        exercise.scroll_into_view_if_needed()
        assert "Not attempted yet" in exercise.inner_text()
        exercise.locator(".cm-content").click()
        visited.page.keyboard.press("Control+a")
        visited.page.keyboard.type("checks.exercise_1(1000)")
        visited.page.keyboard.press("Shift+Enter")
        answer = visited.page.locator(".jp-CodeCell", has_text="checks.exercise_1(1000)").first
        answer.locator(".jp-OutputArea-output", has_text="Not yet").wait_for()
        assert visited.asked == []


@pytest.mark.skipif(
    ipywidgets.__version__ < "8", reason="ipywidgets 7 is drawn by Colab, not by JupyterLab 4"
)
def test_a_widget_moves(visit, lab):
    with visit(lab.format("widget.ipynb")) as visited:
        run_all(visited.page)
        field = visited.page.locator(".jp-OutputArea input[type=number]")
        field.wait_for()
        visited.page.get_by_text("This is user 7").wait_for()
        field.press("ArrowUp")
        field.press("Enter")
        visited.page.get_by_text("This is user 8").wait_for()
