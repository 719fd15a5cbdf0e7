"""How much time, memory, disk and print a submission may take."""

from __future__ import annotations

import sys
from dataclasses import dataclass

MEBIBYTE = 2**20


@dataclass(frozen=True)
class Limits:
    """What one exercise of one submission may take; the lesson before it comes in addition.

    Attributes:
        seconds: wall-clock time of an exercise, its check included.
        memory: MiB that its process may hold.
        disk: MiB that it may write.
        printed: MiB that it may print.
        threads: threads and processes that it may have at once.
    """

    seconds: float = 60
    memory: int = 3072
    disk: int = 256
    printed: int = 8
    threads: int = 256

    def of_the_system(self, busy: int) -> dict[str, int]:
        """The same as the limits that an operating system knows, by their names there.

        Address space has no limit: TensorFlow maps four times what it uses. The data that a process
        can write to, which Linux also counts, is close to what it holds.

        Args:
            busy: how many processes this user has already; they count as well.
        """
        processors = 4
        limits = {
            "RLIMIT_CORE": 0,
            "RLIMIT_CPU": int(self.seconds * processors + 600),
            "RLIMIT_DATA": self.memory * MEBIBYTE,
            "RLIMIT_FSIZE": self.disk * MEBIBYTE,
            "RLIMIT_NOFILE": 512,
        }
        # On Linux this would also count threads of other containers of the same user.
        return limits if sys.platform == "linux" else {**limits, "RLIMIT_NPROC": busy + 32}
