"""No code comes from data: nothing here reads what could run something when it is read."""

import ast

import pytest

# Each of these runs what a file says; yaml does with some of its loaders.
FORBIDDEN = {
    *("pickle", "_pickle", "cPickle", "cloudpickle", "dill", "joblib", "shelve", "marshal"),
    *("copyreg", "jsonpickle", "yaml", "hickle", "klepto", "multiprocessing"),
}
# Methods and functions that unpickle, or may if they are asked to.
CALLS = {"read_pickle", "to_pickle", "enable_unsafe_deserialization"}
FOLDERS = ("helpers", "book", ".ci", "benchmarks")
# Between two processes of one measurement, which it started itself.
PERMITTED = {("benchmarks/apart.py", "multiprocessing")}


def uses(source):
    """Each (line, name) in a source that is one of those."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            names = [node.module or "", *(alias.name for alias in node.names)]
        elif isinstance(node, ast.Attribute):
            names = [node.attr] if node.attr in CALLS else []
        elif isinstance(node, ast.Call):
            names = list(_of_call(node))
        else:
            continue
        yield from (
            (node.lineno, name) for name in names if name.split(".")[0] in FORBIDDEN | CALLS
        )


def _of_call(node):
    name = getattr(node.func, "attr", getattr(node.func, "id", ""))
    options = {option.arg: option.value for option in node.keywords}
    if name in ("import_module", "__import__"):
        yield from (str(each.value) for each in node.args if isinstance(each, ast.Constant))
    for option, safe in (("allow_pickle", False), ("safe_mode", True)):
        value = options.get(option)
        if value is not None and not (isinstance(value, ast.Constant) and value.value is safe):
            yield "pickle"


@pytest.mark.parametrize("folder", FOLDERS)
def test_nothing_reads_code_from_data(root, folder):
    paths = sorted((root / folder).rglob("*.py"))
    assert paths
    found = [
        (path.relative_to(root).as_posix(), name.split(".")[0])
        for path in paths
        for _line, name in uses(path.read_text(encoding="utf-8"))
    ]
    assert set(found) <= PERMITTED


@pytest.mark.parametrize(
    "source",
    [
        "import pickle",
        "import os, joblib as j",
        "from pickle import loads",
        "from sklearn.externals import joblib",
        "from multiprocessing.shared_memory import SharedMemory",
        "pd.read_pickle('x')",
        "frame.to_pickle('x')",
        "np.load('x', allow_pickle=True)",
        "np.load('x', allow_pickle=flag)",
        "keras.saving.load_model('x', safe_mode=False)",
        "importlib.import_module('dill')",
    ],
)
def test_each_way_is_seen(source):
    assert list(uses(source))


def test_what_is_safe_is_let_be():
    safe = "import json\nnp.load('x', allow_pickle=False)\nload_model('x', safe_mode=True)"
    assert list(uses(safe)) == []


def test_the_lessons_do_not_either(root):
    import nbformat

    found = []
    for path in sorted((root / "notebooks").glob("*.ipynb")):
        cells = nbformat.read(path, as_version=4).cells
        code = [cell.source for cell in cells if cell.cell_type == "code"]
        plain = [
            "\n".join(line for line in cell.splitlines() if not line.startswith(("%", "!")))
            for cell in code
        ]
        found += [f"{path.name}: {name}" for cell in plain for _line, name in uses(cell)]
    assert found == []
