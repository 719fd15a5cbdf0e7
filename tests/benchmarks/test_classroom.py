"""The run of a class counts every kernel, also those that fail."""

import pytest

pytest.importorskip("benchmarks.classroom", reason="the students' edition has no benchmarks")


def test_every_kernel_is_in_the_table(write_lesson):
    from benchmarks.classroom import classroom

    folder = write_lesson(
        "05_small.ipynb",
        "held = b'x' * 50_000_000",
        "import os, pathlib\npathlib.Path('first').mkdir()",
    ).parent
    table = classroom("05", kernels=3, at_once=2, notebooks=folder)
    assert list(table.columns) == ["kernel", "seconds", "peak_memory", "error"]
    assert table["kernel"].tolist() == [1, 2, 3]
    # The folder is made once, so the others find it there and fail.
    assert (table["error"] == "").sum() == 1
    assert table["error"].str.contains("FileExistsError").sum() == 2
    assert (table["peak_memory"] > 50_000_000).all()
    assert (table["seconds"] > 0).all()
    assert table.attrs["peak_together"] > 50_000_000
