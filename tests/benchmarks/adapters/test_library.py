"""What happens when a library is missing, and what is said of the models of one that is there."""

import subprocess
import sys

import numpy as np
import pytest
from scipy import sparse

from benchmarks.adapters import FromImplicit, FromSurprise
from benchmarks.adapters import library as module
from benchmarks.adapters.library import fresh, install_command, library, n_learnt
from helpers.errors import CourseError, MissingLibraryError


@pytest.mark.parametrize(
    ("make", "missing", "package"),
    [
        (lambda: FromSurprise("SVD"), "surprise", "scikit-surprise"),
        (lambda: FromImplicit("AlternatingLeastSquares"), "implicit", "implicit"),
        (lambda: FromImplicit("CosineRecommender", K=5), "implicit", "implicit"),
    ],
)
def test_a_missing_library_is_named_with_the_command_that_installs_it(
    make, missing, package, monkeypatch
):
    for name in (missing, "implicit.cpu", "implicit.cpu.als", "implicit.nearest_neighbours"):
        monkeypatch.delitem(sys.modules, name, raising=False)
    monkeypatch.setitem(sys.modules, missing, None)
    with pytest.raises(MissingLibraryError, match=f"{missing} is not installed") as caught:
        make()
    assert str(caught.value).endswith(f"pip install {package}") or "uv pip" in str(caught.value)
    assert str(caught.value).endswith(package)
    assert isinstance(caught.value, ImportError)
    assert isinstance(caught.value, CourseError)


def test_the_command_is_one_that_this_environment_can_run(monkeypatch):
    monkeypatch.setattr(module, "find_spec", lambda name: object())
    assert install_command("implicit") == f'"{sys.executable}" -m pip install implicit'
    monkeypatch.setattr(module, "find_spec", lambda name: None)
    assert install_command("implicit").startswith("python -m uv pip install --python ")
    assert sys.prefix in install_command("implicit")


def test_a_library_that_lacks_something_itself_says_so_in_its_own_words(tmp_path, monkeypatch):
    (tmp_path / "surprise.py").write_text("import something_else_that_is_missing\n")
    monkeypatch.delitem(sys.modules, "surprise", raising=False)
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(ModuleNotFoundError, match="something_else") as caught:
        library("surprise")
    assert not isinstance(caught.value, CourseError)


def test_importing_the_adapters_imports_neither_library():
    code = (
        "import sys, benchmarks.adapters\n"
        "print(sorted({'surprise', 'implicit'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


class Model:
    def __init__(self, size=2, given=None, random_state=None):
        self.size, self.given, self.random_state = size, given, random_state


def test_the_seed_goes_to_a_copy():
    for own, asked, expected in [(None, None, 0), (7, None, 7), (7, 3, 3), (None, np.int64(3), 3)]:
        model = Model(random_state=own)
        assert fresh(model, asked).random_state == expected
        assert model.random_state == own
    assert not hasattr(fresh(object(), 3), "random_state")


def test_what_was_learnt_is_counted_once_and_what_was_given_is_not():
    model = Model(given=np.zeros(100))
    model.biases = model.same_biases = np.zeros(5)
    model.factors = np.zeros((3, 4))
    model.means = [1.0, 2.0]
    model.spread = 0.5
    model.neighbours = sparse.csr_matrix(np.eye(6))
    model._cache = np.zeros(1000)
    model.name, model.count = "text", 9
    assert n_learnt(model) == 5 + 12 + 2 + 1 + 6
