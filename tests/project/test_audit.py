"""The audit of the lock says what it learnt, and never "all well" where it learnt nothing."""

import pytest

import audit

GOOD = {"name": "numpy", "version": "2.4.6", "vulns": []}
WEAK = {
    "name": "pillow",
    "version": "9.0.0",
    "vulns": [
        {"id": "PYSEC-2022-10", "fix_versions": ["9.0.1"]},
        {"id": "X-1", "fix_versions": []},
    ],
}
SILENT = {"name": "scipy", "skip_reason": "Dependency not found"}


@pytest.mark.parametrize(
    ("packages", "status", "words"),
    [
        ([GOOD], audit.CLEAN, "1 of 1 packages were looked up."),
        ([GOOD, WEAK], audit.FOUND, "pillow 9.0.0: PYSEC-2022-10, fixed in 9.0.1"),
        ([GOOD, WEAK], audit.FOUND, "pillow 9.0.0: X-1, fixed in no version yet"),
        ([GOOD, SILENT], audit.FOUND, "scipy: not looked up: Dependency not found"),
        ([SILENT, SILENT], audit.NOTHING_LEARNT, "None of 2 packages was looked up"),
        ([], audit.FOUND, "pip-audit read no package."),
    ],
)
def test_each_package_must_have_been_looked_up(packages, status, words):
    found, lines = audit.verdict({"dependencies": packages}, "")
    assert found == status
    assert any(words in line for line in lines)


@pytest.mark.parametrize(
    ("written", "status"),
    [
        ("Traceback ...\nrequests.exceptions.ConnectionError: Failed to resolve 'x'", "learnt"),
        ("error: Failed to fetch: `x`\n  Caused by: dns error", "learnt"),
        ("ERROR:pip_audit._cli:requirement numpy is not pinned", "failed"),
        ("", "failed"),
    ],
)
def test_only_a_source_out_of_reach_is_an_excuse(written, status):
    found, lines = audit.verdict(None, written)
    assert found == {"learnt": audit.NOTHING_LEARNT, "failed": audit.FOUND}[status]
    assert len(lines) == 1
    assert lines[0]


def test_without_network_nothing_is_learnt_and_it_says_so(monkeypatch, capsys):
    def unreachable(command, **_):
        assert "pip-audit" in command
        return audit.subprocess.CompletedProcess(command, 2, "", "error: Could not connect")

    monkeypatch.setattr(audit.subprocess, "run", unreachable)
    monkeypatch.setattr(audit.sys, "argv", ["audit.py"])
    assert audit.main() == audit.NOTHING_LEARNT
    assert capsys.readouterr().out == "error: Could not connect\n"
