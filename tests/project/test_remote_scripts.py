"""Nothing that a reader opens runs or loads what lies on another machine.

The built pages themselves are read in tests/course/editions: test_site.py and test_deck.py.
"""

import json
import re

import pytest

FAR = r"""["'(\s]*(?:https?:)?//"""
REMOTE = re.compile(
    rf"<(?:script|iframe|embed|img|source|audio|video)\b[^>]*\bsrc\s*={FAR}"
    rf"|<object\b[^>]*\bdata\s*={FAR}"
    rf"|<link\b(?=[^>]*stylesheet)[^>]*\bhref\s*={FAR}"
    rf"|@import\s+(?:url)?{FAR}"
    rf"|\burl\({FAR}"
    rf"|\b(?:IFrame|importScripts)\({FAR}|\bimport\({FAR}"
    r"|\bJavascript\(\s*url=",
    re.IGNORECASE,
)
READ = (".css", ".html", ".ipynb", ".js", ".md", ".py", ".svg", ".toml")
FOLDERS = ("notebooks", "book", "helpers", "hub", "binder")


def texts(path):
    """The pieces of a file that a browser may be given: of a notebook, each source and output."""
    if path.suffix != ".ipynb":
        yield path.read_text(encoding="utf-8")
        return
    for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
        yield "".join(cell["source"])
        for output in cell.get("outputs", []):
            yield "".join(output.get("text", ""))
            for kind, content in output.get("data", {}).items():
                if not kind.startswith("image/") or kind == "image/svg+xml":
                    yield "".join(content) if isinstance(content, list | str) else str(content)


@pytest.fixture(scope="module")
def pages(root, tracked_files):
    """Notebooks, pages, and the code that writes pages."""
    return [
        path
        for path in tracked_files
        if path.suffix in READ and path.relative_to(root).parts[0] in (*FOLDERS, "README.md")
    ]


def test_no_page_and_no_stored_output_loads_from_another_machine(root, pages):
    assert len([path for path in pages if path.suffix == ".ipynb"]) > 5
    found = {
        path.relative_to(root).as_posix(): match[0]
        for path in pages
        for text in texts(path)
        if (match := REMOTE.search(text))
    }
    assert found == {}


def test_no_output_is_a_script(pages):
    scripts = [
        path.name
        for path in pages
        if path.suffix == ".ipynb"
        for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]
        for output in cell.get("outputs", [])
        if "application/javascript" in output.get("data", {})
        or "<script" in "".join(output.get("data", {}).get("text/html", ""))
    ]
    assert scripts == []


@pytest.mark.parametrize(
    "text",
    [
        '<script src="https://cdn.example/x.js"></script>',
        "<script async src=//cdn.example/x.js>",
        "<iframe width=1 src='http://example.org'>",
        '<link rel="stylesheet" href="https://example.org/x.css">',
        '<link href="https://example.org/x.css" rel="stylesheet">',
        "@import url(http://example.org/x.css)",
        '@import "https://example.org/x.css"',
        "background: url('//example.org/x.png')",
        'IFrame("https://example.org", 1, 1)',
        'await import("https://example.org/x.js")',
        'Javascript(url="https://example.org/x.js")',
    ],
)
def test_what_it_looks_for_is_found(text):
    assert REMOTE.search(text)


@pytest.mark.parametrize(
    "text",
    [
        '<a href="https://example.org">a paper</a>',
        '<link rel="canonical" href="https://example.org/">',
        '<script src="_static/x.js"></script>',
        "url(data:image/svg+xml;base64,xxxx)",
        'xmlns="http://www.w3.org/2000/svg"',
        "[a paper](https://example.org)",
    ],
)
def test_a_link_that_a_reader_may_follow_is_none(text):
    assert not REMOTE.search(text)
