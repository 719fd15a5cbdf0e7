"""Grade a folder of submissions, none of which can harm the others, the grader or the machine.

**How a verdict is reached.** Our solved lesson runs once, in its own process. For a submission, a
new process gets the values of the lesson that the student's cells mention, then the student's
exercise cells; all other cells of the notebook, and its outputs, are ignored. In that process a
recorder replaces the checks: it sends the answer to the grader as plain data. The grader judges it,
in its own process, with the course's own checks, against the values of our run. A function is
judged by calls: only the arguments are sent, only the result comes back. Of a figure, what it shows
comes back.

**What this protects against.**

- A forged verdict. The grader believes nothing from the student's process but the answer itself.
  The student may change anything in its memory or on its disk: the checks are elsewhere.
- Reading the solutions. Expected answers never enter the student's process, and neither lessons
  nor checks are in its room.
- Harm by accident or mischief: a loop, a crash, memory, threads, disk or print without end. The
  process is watched and ended; the exercise gets a message; later exercises still run.
- Harm to the grader by an answer. What arrives is read as plain data of few kinds, see
  ``child.wire``: no class is made by its name, and size, depth and number of parts are bounded.
- Other people's files and the network. On Linux the kernel refuses them (Landlock and seccomp,
  see ``child.walls``), to native code too. It needs no installation and no root rights.

**What this does not protect against.**

- On macOS and Windows there is no wall, and on Linux before 5.13 there is none for files. There an
  audit hook of Python refuses files, network and processes. Code that goes past Python (``ctypes``)
  gets past the hook, with the rights of the person who grades, and a process that it starts may
  continue after grading. Grade what you do not trust on Linux, or in a container or virtual
  machine.
- The audit hook's notes of what was tried are useful, but not complete.
- Knowledge is not checked: a student who copies an answer gets the point. Submissions are not
  compared with each other.
- A flaw in the kernel, or in what NumPy and pandas do with plain arrays, remains a flaw.
- Files that may be read include Python's own environment and what the system shares (``/usr``).
- An answer that is not plain data, a function or a figure, such as a model, cannot be sent.
"""

from course.grading.grading import Graded, Outcome, grade
from course.grading.judging import Verdict
from course.grading.limits import Limits
from course.grading.report import write

__all__ = ["Graded", "Limits", "Outcome", "Verdict", "grade", "write"]
