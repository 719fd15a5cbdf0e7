"""The system calls of Linux that ``walls`` refuses, by their names.

The numbers are those of the kernel's own headers: for x86-64 ``asm/unistd_64.h``, which is made of
``arch/x86/entry/syscalls/syscall_64.tbl``; for 64-bit ARM ``include/uapi/asm-generic/unistd.h``.
A number never changes. None means that the architecture has no such call.
"""

from __future__ import annotations

# For x86-64, and for 64-bit ARM.
NUMBERS: dict[str, tuple[int | None, int | None]] = {
    "fork": (57, None),
    "vfork": (58, None),
    "execve": (59, 221),
    "execveat": (322, 281),
    "ptrace": (101, 117),
    "socket": (41, 198),
    "tkill": (200, 130),
    "rt_sigqueueinfo": (129, 138),
    "rt_tgsigqueueinfo": (297, 240),
    "pidfd_open": (434, 434),
    "pidfd_send_signal": (424, 424),
    "pidfd_getfd": (438, 438),
    "process_vm_readv": (310, 270),
    "process_vm_writev": (311, 271),
    "process_madvise": (440, 440),
    "kcmp": (312, 272),
    "move_pages": (279, 239),
    "migrate_pages": (256, 238),
    "shmget": (29, 194),
    "msgget": (68, 186),
    "semget": (64, 190),
    "mq_open": (240, 180),
    "memfd_create": (319, 279),
    "chown": (92, None),
    "fchown": (93, 55),
    "lchown": (94, None),
    "fchownat": (260, 54),
    "io_uring_setup": (425, 425),
    "bpf": (321, 280),
    "perf_event_open": (298, 241),
    "userfaultfd": (323, 282),
    "unshare": (272, 97),
    "setns": (308, 268),
    "mount": (165, 40),
    "move_mount": (429, 429),
    "fsopen": (430, 430),
    "open_by_handle_at": (304, 265),
    "add_key": (248, 217),
    "request_key": (249, 218),
    "keyctl": (250, 219),
    "setpriority": (141, 140),
    "chmod": (90, None),
    "fchmod": (91, 52),
    "fchmodat": (268, 53),
    "fchmodat2": (452, 452),
    "utime": (132, None),
    "utimes": (235, None),
    "futimesat": (261, None),
    "utimensat": (280, 88),
    "setxattr": (188, 5),
    "lsetxattr": (189, 6),
    "fsetxattr": (190, 7),
    "removexattr": (197, 14),
    "lremovexattr": (198, 15),
    "fremovexattr": (199, 16),
    "clone": (56, 220),
    "clone3": (435, 435),
    "kill": (62, 129),
    "tgkill": (234, 131),
    "prlimit64": (302, 261),
}
PLACES = {"x86_64": 0, "aarch64": 1}

FORBIDDEN = (
    # A new process, another program, a look into another process, the network.
    *("fork", "vfork", "execve", "execveat", "ptrace", "socket"),
    # A signal to another process.
    *("tkill", "rt_sigqueueinfo", "rt_tgsigqueueinfo"),
    *("pidfd_open", "pidfd_send_signal", "pidfd_getfd"),
    # The memory of another process.
    *("process_vm_readv", "process_vm_writev", "process_madvise"),
    *("kcmp", "move_pages", "migrate_pages"),
    # Memory that outlives the process or escapes the count.
    *("shmget", "msgget", "semget", "mq_open", "memfd_create"),
    # Another owner of a file.
    *("chown", "fchown", "lchown", "fchownat"),
    # Ways around all of this, and rights that nobody needs here.
    *("io_uring_setup", "bpf", "perf_event_open", "userfaultfd", "unshare", "setns"),
    *("mount", "move_mount", "fsopen", "open_by_handle_at"),
    *("add_key", "request_key", "keyctl", "setpriority"),
)
# Landlock does not see these, and copying a file ends with one: they seem to work and do nothing.
WITHOUT_EFFECT = (
    *("chmod", "fchmod", "fchmodat", "fchmodat2"),
    *("utime", "utimes", "futimesat", "utimensat"),
    *("setxattr", "lsetxattr", "fsetxattr", "removexattr", "lremovexattr", "fremovexattr"),
)
# Allowed or refused by their first argument.
GUARDED = ("clone", "clone3", "kill", "tgkill", "prlimit64")


def numbers(names: tuple[str, ...], machine: str) -> list[int]:
    """The number of each call on that machine, in this order, without those that it does not have.

    Example:
        >>> numbers(("fork", "execve"), "x86_64"), numbers(("fork", "execve"), "aarch64")
        ([57, 59], [221])
    """
    found = (NUMBERS[name][PLACES[machine]] for name in names)
    return [number for number in found if number is not None]
