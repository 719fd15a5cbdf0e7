"""The numbers of system calls are the kernel's, and the filter refuses those that are meant."""

import re
import struct
from pathlib import Path

import pytest

from course.grading.child import calls, walls

HEADERS = {
    "x86_64": ("x86_64-linux-gnu/asm/unistd_64.h", "asm/unistd_64.h"),
    "aarch64": ("asm-generic/unistd.h",),
}
NAMED = (*calls.FORBIDDEN, *calls.WITHOUT_EFFECT, *calls.GUARDED)


@pytest.mark.parametrize("machine", calls.PLACES)
def test_the_numbers_are_those_of_the_headers(machine):
    places = [Path("/usr/include") / name for name in HEADERS[machine]]
    found = next((place for place in places if place.exists()), None)
    if found is None:
        pytest.skip("the kernel's headers are not on this machine")
    pairs = re.findall(r"#define __NR(?:3264)?_(\w+)\s+(\d+)", found.read_text(encoding="utf-8"))
    known = {name: int(number) for name, number in pairs}
    # Headers before Linux 6.6 do not have fchmodat2 yet.
    ours = {name: numbers[calls.PLACES[machine]] for name, numbers in calls.NUMBERS.items()}
    wrong = {name: number for name, number in ours.items() if known.get(name, number) != number}
    assert wrong == {}
    assert {name for name in ours if ours[name] is not None} - set(known) <= {"fchmodat2"}


def test_each_call_is_named_once_and_has_a_number():
    assert sorted(NAMED) == sorted(calls.NUMBERS)
    assert all(any(numbers) for numbers in calls.NUMBERS.values())


@pytest.mark.parametrize("machine", calls.PLACES)
def test_the_filter_answers_each_call_as_its_list_says(machine):
    program = [struct.unpack("HBBI", step) for step in walls._filter(machine, 77)]
    refused, ignored = walls.REFUSE | 1, walls.REFUSE

    def answer(number, first=0, architecture=walls.ARCHITECTURES[machine]):
        """What the kernel would do: run the program until it returns."""
        at, held = 0, 0
        while True:
            code, if_true, if_false, value = program[at]
            if code == walls.RETURN:
                return value
            at += 1
            if code == walls.LOAD:
                held = {
                    walls.NUMBER: number,
                    walls.ARCHITECTURE: architecture,
                    walls.FIRST_ARGUMENT: first,
                }[value]
                continue
            passes = {
                walls.EQUAL: held == value,
                walls.AT_LEAST: held >= value,
                walls.ANY_BIT: bool(held & value),
            }[code]
            at += if_true if passes else if_false

    clone, clone3, kill, tgkill, prlimit = calls.numbers(calls.GUARDED, machine)
    assert {answer(each) for each in calls.numbers(calls.FORBIDDEN, machine)} == {refused}
    assert {answer(each) for each in calls.numbers(calls.WITHOUT_EFFECT, machine)} == {ignored}
    assert answer(clone3) == walls.REFUSE | 38  # there is no such call
    assert [answer(clone, flags) for flags in (0, walls.CLONE_THREAD)] == [refused, walls.ALLOW]
    for call in (kill, tgkill):
        assert [answer(call, process) for process in (77, 1)] == [walls.ALLOW, refused]
    assert [answer(prlimit, process) for process in (0, 1)] == [walls.ALLOW, refused]
    assert answer(0) == walls.ALLOW
    assert answer(0, architecture=0x40000003) == walls.KILL
    if machine == "x86_64":
        assert answer(walls.X32) == refused
