"""Grade a folder of submissions, none of which can harm the others, the grader or the machine.

**How a verdict comes about.** Our solved lesson runs once, in a process of its own. For a
submission, a new process gets the values of the lesson that the student's cells mention, then the
student's exercise cells; all other cells of the notebook, its outputs included, are ignored. In
that process a recorder stands in for the checks: it hands the answer to the grader as plain data.
The grader judges it, in its own process, with the course's own checks, against the values of our
run. A function is judged by calls: only the arguments go over, only the result comes back. Of a
figure, what it shows comes back.

**What that protects against.**

- A forged verdict. Nothing that the student's process says is believed but the answer itself. It
  may be tampered with in memory or on disk as one likes: the checks are elsewhere.
- Reading the solutions. Expected answers never enter the student's process, and neither lessons
  nor checks lie in its room.
- Harm by accident or mischief: a loop, a crash, memory, threads, disk or print without end. The
  process is watched and ended; the exercise gets a sentence; those after it still run.
- Harm to the grader by an answer. What arrives is read as plain data of few kinds, see
  ``child.wire``: no class is made by its name, and size, depth and number of parts are bounded.
- Other people's files and the network. On Linux the kernel refuses them (Landlock and seccomp,
  see ``child.walls``), to native code as well. Nothing is installed, and nobody needs to be root.

**What it does not.**

- On macOS and Windows there is no wall, and on Linux before 5.13 none for files: an audit hook of
  Python refuses files, network and processes, and code that goes past Python (``ctypes``) gets past
  it, with the rights of whoever grades. A process that it starts that way may outlive it. Grade
  what you do not trust on Linux, or in a container or virtual machine.
- The audit hook's notes of what was tried are of use, not complete.
- Knowledge is not checked: who copies an answer, or has it written, gets the point. Nor does it
  compare submissions with each other.
- A flaw in the kernel, or in what NumPy and pandas do with plain arrays, remains a flaw.
- Files that may be read include Python's own environment and what the system shares (``/usr``).
- An answer that is neither plain data nor a function nor a figure, such as a model, does not cross.
"""

from course.grading.grading import Graded, Outcome, grade
from course.grading.judging import Verdict
from course.grading.limits import Limits
from course.grading.report import write

__all__ = ["Graded", "Limits", "Outcome", "Verdict", "grade", "write"]
