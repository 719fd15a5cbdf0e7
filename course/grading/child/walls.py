"""Walls that the Linux kernel holds, without root and without a container.

- Landlock (Linux 5.13 and later): files outside the allowed folders cannot be opened, by no code.
- seccomp: no new process, no socket, no signal to another process, no change of owner or rights.

Both hold for everything that the process does from then on, native code included, and neither can
be taken down. They must be put up before the first thread starts. On other systems, or where the
kernel lacks one, ``put_up`` says which are up, and ``hook`` remains.
"""

from __future__ import annotations

import ctypes
import errno
import os
import platform
import struct
import sys
from collections.abc import Sequence
from contextlib import suppress

from course.grading.child.calls import FORBIDDEN, GUARDED, WITHOUT_EFFECT, numbers

PR_SET_PDEATHSIG, PR_SET_NO_NEW_PRIVS, PR_SET_SECCOMP = 1, 38, 22
SECCOMP_MODE_FILTER = 2
SIGKILL = 9
CAPABILITIES_VERSION = 0x20080522

# The same numbers on every architecture, in asm-generic/unistd.h.
LANDLOCK_CREATE, LANDLOCK_ADD_RULE, LANDLOCK_RESTRICT = 444, 445, 446
# Rights about files, from linux/landlock.h.
EXECUTE, WRITE_FILE, READ_FILE, READ_DIR = 2**0, 2**1, 2**2, 2**3
MAKE_CHAR, MAKE_SOCK, MAKE_BLOCK, TRUNCATE, IOCTL_DEV = 2**6, 2**9, 2**11, 2**14, 2**15
READING = EXECUTE | READ_FILE | READ_DIR
# What each version of Landlock can refuse about files: 13 rights, then refer, truncate, ioctl.
FILE_RIGHTS = {1: 2**13 - 1, 2: 2**14 - 1, 3: 2**15 - 1, 5: 2**16 - 1}
# On a file, a right that is about folders is an error.
FILE_ONLY = EXECUTE | WRITE_FILE | READ_FILE | TRUNCATE | IOCTL_DEV
# A device or a socket could be made in the student's own folder, and lead out of it.
DEVICES = MAKE_CHAR | MAKE_SOCK | MAKE_BLOCK
TCP = 3
OTHER_PROCESSES = 3

# What the kernel calls an architecture, in linux/audit.h.
ARCHITECTURES = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
# Set in the number of a call of the x32 kind, in asm/unistd.h.
X32 = 0x40000000
CLONE_THREAD = 0x00010000

# Instructions of the kernel's packet filter, and where it finds the call that is being made.
LOAD, EQUAL, AT_LEAST, ANY_BIT, RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
NUMBER, ARCHITECTURE, FIRST_ARGUMENT = 0, 4, 16
ALLOW, KILL, REFUSE = 0x7FFF0000, 0x80000000, 0x00050000


def put_up(readable: Sequence[str], own: str) -> list[str]:
    """Close this process as far as the system can; the names of the walls that are up.

    Args:
        readable: files and folders to read.
        own: the folder in which it may do as it likes.
    """
    if sys.platform != "linux":
        return []
    libc = ctypes.CDLL(None, use_errno=True)
    # The child of a grader that is killed ends with it.
    libc.prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0)
    if libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0:
        return []
    _give_up_privileges(libc)
    standing = []
    if _landlock(libc, readable, own):
        standing.append("Landlock")
    if _seccomp(libc):
        standing.append("seccomp")
    return standing


def _give_up_privileges(libc: ctypes.CDLL) -> None:
    """What root may do and others may not, for a grader that runs as root in a container."""
    libc.capset(struct.pack("Ii", CAPABILITIES_VERSION, 0), bytes(24))


def _landlock(libc: ctypes.CDLL, readable: Sequence[str], own: str) -> bool:
    version = libc.syscall(LANDLOCK_CREATE, None, 0, 1)
    if version < 1:
        return False
    rights = FILE_RIGHTS[max(known for known in FILE_RIGHTS if known <= version)]
    sizes = struct.pack(
        "QQQ", rights, TCP if version >= 4 else 0, OTHER_PROCESSES if version >= 6 else 0
    )
    size = 24 if version >= 6 else 16 if version >= 4 else 8
    rules = libc.syscall(LANDLOCK_CREATE, sizes, size, 0)
    if rules < 0:
        return False
    try:
        for path in readable:
            _allow(libc, rules, path, READING & rights)
        _allow(libc, rules, own, rights & ~DEVICES)
        for device in ("/dev/null", "/dev/zero", "/dev/urandom", "/dev/random"):
            _allow(libc, rules, device, (READ_FILE | WRITE_FILE) & rights)
        return libc.syscall(LANDLOCK_RESTRICT, rules, 0) == 0
    finally:
        os.close(rules)


def _allow(libc: ctypes.CDLL, rules: int, path: str, rights: int) -> None:
    with suppress(OSError):  # what is not there needs no permission
        place = os.open(path, getattr(os, "O_PATH", 0) | getattr(os, "O_CLOEXEC", 0))
        try:
            if not os.path.isdir(path):  # noqa: PTH112 - nothing but os is imported before the walls
                rights &= FILE_ONLY
            libc.syscall(LANDLOCK_ADD_RULE, rules, 1, struct.pack("=Qi", rights, place), 0)
        finally:
            os.close(place)


def _seccomp(libc: ctypes.CDLL) -> bool:
    machine = platform.machine()
    if machine not in ARCHITECTURES or sys.maxsize < 2**32:
        return False
    program = b"".join(_filter(machine, os.getpid()))
    buffer = ctypes.create_string_buffer(program, len(program))
    header = struct.pack("HxxxxxxQ", len(program) // 8, ctypes.addressof(buffer))
    return libc.prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, ctypes.c_char_p(header), 0, 0) == 0


def _filter(machine: str, process: int) -> list[bytes]:
    """The program that the kernel runs at each system call; it ends at the first ``RETURN``."""
    refuse, unknown = REFUSE | errno.EPERM, REFUSE | errno.ENOSYS
    clone, clone3, kill, tgkill, prlimit = numbers(GUARDED, machine)
    program = [
        _step(LOAD, ARCHITECTURE),
        _step(EQUAL, ARCHITECTURES[machine], 1, 0),
        _step(RETURN, KILL),
        _step(LOAD, NUMBER),
    ]
    if machine == "x86_64":  # calls of the x32 kind have other numbers
        program += [_step(AT_LEAST, X32, 0, 1), _step(RETURN, refuse)]
    for number in numbers(FORBIDDEN, machine):
        program += [_step(EQUAL, number, 0, 1), _step(RETURN, refuse)]
    for number in numbers(WITHOUT_EFFECT, machine):
        program += [_step(EQUAL, number, 0, 1), _step(RETURN, REFUSE)]
    # Its flags cannot be read here; told that it does not exist, the C library takes clone.
    program += [_step(EQUAL, clone3, 0, 1), _step(RETURN, unknown)]
    allowed_first = [
        (clone, ANY_BIT, CLONE_THREAD),
        (kill, EQUAL, process),
        (tgkill, EQUAL, process),
        (prlimit, EQUAL, 0),
    ]
    for number, test, value in allowed_first:
        program += [
            _step(EQUAL, number, 0, 4),
            _step(LOAD, FIRST_ARGUMENT),
            _step(test, value, 0, 1),
            _step(RETURN, ALLOW),
            _step(RETURN, refuse),
        ]
    return [*program, _step(RETURN, ALLOW)]


def _step(code: int, value: int, if_true: int = 0, if_false: int = 0) -> bytes:
    return struct.pack("HBBI", code, if_true, if_false, value)
