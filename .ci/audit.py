"""Ask a list of known weaknesses about every package of the locks: ``python -m nox -s audit``.

pip-audit does the asking. Alone it would also succeed if its source knows none of the packages, as
with a mirror; here every package must be looked up. Exit status: 0 if every package was looked up
and none has a known weakness; 1 if one has, or was not looked up; 75 if no source answered, so that
nothing was learnt.
"""

import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[1]
CLEAN, FOUND, NOTHING_LEARNT = 0, 1, 75
# What uv and requests write when a machine cannot be reached; any other failure is a real one.
UNREACHABLE = re.compile(
    r"ConnectionError|ConnectTimeout|ReadTimeout|ProxyError|Max retries exceeded|dns error"
    r"|Failed to resolve|[Ff]ailed to fetch|Could not connect|error sending request",
)


def ask(options: list[str]) -> tuple[dict | None, str]:
    """The report of pip-audit, None if it made none, and what else it wrote."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder, "audit.json")
        done = subprocess.run(
            [
                *(sys.executable, "-m", "uv", "tool", "run", "--python", sys.executable),
                *("--from", "pip-audit>=2.10,<3", "pip-audit"),
                # It names all that the learners' lock names, and more.
                *("--requirement", str(ROOT / "requirements-dev.lock"), "--require-hashes"),
                *("--disable-pip", "--progress-spinner=off", "--format=json"),
                *("--output", str(report), *options),
            ],
            capture_output=True,
            text=True,
            check=False,
        )
        found = report.read_text(encoding="utf-8") if report.is_file() else ""
    return (json.loads(found) if found else None), done.stderr


def verdict(report: dict | None, written: str) -> tuple[int, list[str]]:
    """The exit status and the lines to print."""
    last = (written.strip().splitlines() or ["pip-audit wrote nothing."])[-1]
    if report is None:
        return (NOTHING_LEARNT if UNREACHABLE.search(written) else FOUND), [last]
    packages = report["dependencies"]
    silent = [package for package in packages if "skip_reason" in package]
    if len(silent) == len(packages):
        first = silent[0]["skip_reason"] if silent else "pip-audit read no package."
        status = NOTHING_LEARNT if silent else FOUND
        return status, [f"None of {len(packages)} packages was looked up: {first}"]
    lines = [f"{each['name']}: not looked up: {each['skip_reason']}" for each in silent]
    for package in packages:
        for weakness in package.get("vulns", []):
            mended = ", ".join(weakness["fix_versions"]) or "no version yet"
            name = f"{package['name']} {package['version']}"
            lines.append(f"{name}: {weakness['id']}, fixed in {mended}")
    looked_up = f"{len(packages) - len(silent)} of {len(packages)} packages were looked up."
    return (FOUND if lines else CLEAN), [*lines, looked_up]


def main() -> int:
    """Print what was learnt."""
    status, lines = verdict(*ask(sys.argv[1:]))
    print("\n".join(lines))
    return status


if __name__ == "__main__":
    sys.exit(main())
