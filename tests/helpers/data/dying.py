"""Fetches or unpacks an archive in processes that are killed; the tests of both start it.

Arguments: ``fetch`` or ``extract``; the server's address or the archive's path; for ``fetch`` also
the size and SHA-256 of the archive. Each line on stdin names a folder and the number of the line of
Python before which the process is to be killed there, or 0 to let it finish. Each line on stdout
answers with the exit status and the number of lines that ran.
"""

import importlib
import os
import signal
import sys
from dataclasses import replace
from pathlib import Path

from helpers.data import extract, fetch
from helpers.data.catalogue import CATALOGUE


def main(action: str, source: str, size: str = "0", sha256: str = "") -> None:
    # What fetch imports at its first call would be imported again in every process.
    importlib.import_module("requests")
    CATALOGUE["ml-25m"] = replace(CATALOGUE["ml-25m"], size=int(size), sha256=sha256)
    for request in sys.stdin:
        folder, _, moment = request.strip().rpartition(" ")
        reading, writing = os.pipe()
        child = os.fork()
        if not child:
            ran = die_at(int(moment), action, source, Path(folder))
            os.write(writing, str(ran).encode())
            os._exit(0)
        os.close(writing)
        _child, status = os.waitpid(child, 0)
        ran_lines = os.read(reading, 20).decode() or moment
        os.close(reading)
        print(os.waitstatus_to_exitcode(status), ran_lines, flush=True)


def die_at(moment: int, action: str, source: str, folder: Path) -> int:
    """Run the action; SIGKILL, which nothing can catch, comes before line number ``moment``."""
    ran = 0

    def trace(_frame, event, _argument):
        nonlocal ran
        if event == "line":
            ran += 1
            if ran == moment:
                os.kill(os.getpid(), signal.SIGKILL)
        return trace

    sys.settrace(trace)
    try:
        if action == "fetch":
            fetch("ml-25m", folder=folder, base_url=source, progress=False)
        else:
            extract(Path(source), folder)
    finally:
        sys.settrace(None)
    return ran


if __name__ == "__main__":
    main(*sys.argv[1:])
