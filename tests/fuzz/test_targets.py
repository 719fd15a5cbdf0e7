"""What the fuzzer tries for minutes, here for seconds: readers, archives, tables."""

import io
import zipfile

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import targets
from spoiling import spoilt

few = settings(
    max_examples=40,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
rates = st.sampled_from([0.0, 0.2, 0.7])
chances = st.randoms(use_true_random=False)


@pytest.fixture(autouse=True)
def where(tmp_path, monkeypatch):
    monkeypatch.setattr(targets, "WHERE", tmp_path)


def joined(layout, files):
    """The bytes from which the target makes these files."""
    contents = [files[name] for name in targets.FILES[layout] if name]
    return bytes([targets.LAYOUTS.index(layout)]) + targets.BREAK.join(contents)


@few
@pytest.mark.parametrize("layout", targets.LAYOUTS)
@given(chance=chances, lines=st.integers(0, 5), rate=rates)
def test_every_reader_takes_what_the_slow_one_takes(layout, chance, lines, rate):
    targets.folder(joined(layout, spoilt(chance, layout, lines, rate)))


@few
@pytest.mark.parametrize("layout", targets.LAYOUTS)
@given(data=st.binary(max_size=200))
def test_a_folder_of_any_bytes(layout, data):
    targets.folder(bytes([targets.LAYOUTS.index(layout)]) + data)


@few
@given(chance=chances, layout=st.sampled_from(targets.LAYOUTS), data=st.data())
def test_an_archive_with_some_bytes_changed(chance, layout, data):
    files = spoilt(chance, layout, 2, 0)
    members = [b"ml/" + name.encode() + b"\n" + content for name, content in files.items()]
    archive = bytearray(targets.zipped(members))
    for place in data.draw(st.lists(st.integers(0, len(archive) - 1), max_size=4)):
        archive[place] = data.draw(st.integers(0, 255))
    targets.archive(bytes(archive[: data.draw(st.integers(0, len(archive)))] or archive))


@few
@given(members=st.lists(st.tuples(st.text(max_size=12), st.binary(max_size=30)), max_size=4))
def test_an_archive_of_any_names(members):
    targets.packed(targets.BREAK.join(name.encode() + b"\n" + data for name, data in members))


@settings(
    max_examples=300,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(data=st.binary(min_size=20, max_size=120))
def test_tables_of_any_values(data):
    targets.frames(data)


@pytest.mark.parametrize(
    ("file", "line"),
    [
        ("ratings.csv", b"\n"),
        ("ratings.csv", b","),
        ("ratings.csv", b'"'),
        ("movies.csv", b"\n"),
        ("movies.csv", b","),
        ("movies.csv", b'"'),
        ("movies.csv", b"7,Lantern (1999),Drama|War\n"),
    ],
)
def test_a_large_file_takes_no_more_than_ten_times_its_size(tmp_path, file, line):
    files = {
        "ratings.csv": b"1,1,3,4\n",
        "movies.csv": b"1,Lantern (1999),Drama\n",
        file: line * (800_000 // len(line)),
    }
    for name, content in files.items():
        (tmp_path / name).write_bytes(content)
    content = b"".join(files.values())
    with targets.within_memory(content, every=1):
        targets.any_result(tmp_path)


def test_many_folders_in_a_name_take_no_memory(tmp_path):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for number in range(5):
            archive.writestr(f"{number}/" + "a/" * 5_000 + "ratings.csv", "x")
    (tmp_path / "deep.zip").write_bytes(buffer.getvalue())
    with targets.within_memory(buffer.getvalue(), every=1):
        targets.any_result(tmp_path / "deep.zip")
