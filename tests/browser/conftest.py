"""A browser of this machine, which reaches nothing but this machine, and the site that it reads."""

import functools
import http.server
import os
import shutil
import threading
from contextlib import contextmanager
from urllib.parse import urlsplit

import pytest

from course.site.building import build_site

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "msedge")
OTHER_PLACES = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    r"C:\Program Files\Google\Chrome\Application\chrome.exe",
    r"C:\Program Files (x86)\Microsoft\Edge\Application\msedge.exe",
)
# A container has no sandbox and no graphics card; the rest keeps the browser's own errands at home.
FLAGS = [
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"),
    *("--disable-background-networking", "--disable-component-update"),
]


@pytest.fixture(scope="session")
def browser():
    """A headless Chromium, Chrome or Edge that the machine has; the tests skip without one."""
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    found = next(filter(None, map(shutil.which, (*BROWSERS, *OTHER_PLACES))), None)
    if found is None:
        pytest.skip("there is no Chromium, Chrome or Edge on this machine")
    with playwright.sync_playwright() as started:
        browser = started.chromium.launch(executable_path=found, args=FLAGS)
        yield browser
        browser.close()


class Visit:
    """An open page, what its console complained about, and which other machines it asked for."""

    def __init__(self, page):
        self.page = page
        self.complaints = []
        self.asked = []
        page.context.route("**/*", self._route)
        page.on("console", self._hear)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def _hear(self, message):
        if message.type in ("error", "warning"):
            self.complaints.append(f"{message.text} ({message.location['url']})")

    def _route(self, route):
        parts = urlsplit(route.request.url)
        if parts.scheme == "file" or parts.hostname in ("127.0.0.1", "localhost"):
            route.continue_()
        else:
            self.asked.append(route.request.url)
            route.abort()


@pytest.fixture(scope="session")
def visit(browser):
    """Open an address: ``with visit(address, width=390, scheme="dark") as visited``."""

    @contextmanager
    def open_page(address, *, width=1280, height=900, scheme="light"):
        context = browser.new_context(
            viewport={"width": width, "height": height}, color_scheme=scheme
        )
        visited = Visit(context.new_page())
        visited.page.goto(address)
        yield visited
        context.close()

    return open_page


class Quiet(http.server.SimpleHTTPRequestHandler):
    """A file server that says nothing."""

    def log_message(self, *_arguments):
        pass


@pytest.fixture(scope="session")
def site(browser, tmp_path_factory):
    """The folder of the whole web edition, built once."""
    return build_site(tmp_path_factory.mktemp("web") / "site", repository="").folder


@pytest.fixture(scope="session")
def address(site):
    """Where a server of this machine shows the site, with a slash at the end."""
    handler = functools.partial(Quiet, directory=os.fspath(site))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()
        thread.join()
