"""JupyterHub, Binder, Colab and the dev container: their files fit the course and the guide.

What needs no container. The rules of repo2docker: with a folder ``binder/`` it reads nothing at the
top; of ``binder/`` and ``.binder/`` there may be only one; ``environment.yml`` names the Python,
``postBuild`` runs in the top folder, and ``start`` is handed the server to start.
"""

import json
import os
import re
import shutil
import subprocess
import sys
import time
import urllib.request
from types import SimpleNamespace

import pytest
import typer.main
import yaml
from packaging.specifiers import SpecifierSet

from course import cli, lessons
from course.environment import classroom

GUIDE = "book/teach/running_a_class.md"
BASH = shutil.which("bash")
POSIX = pytest.mark.skipif(os.name != "posix", reason="scripts of Linux containers")


@pytest.fixture(scope="module")
def guide(root):
    return (root / GUIDE).read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def commands(guide):
    """The lines of the guide's blocks of shell commands."""
    blocks = re.findall(r"^```bash\n(.*?)^```", guide, flags=re.MULTILINE | re.DOTALL)
    return [line for block in blocks for line in block.splitlines()]


@pytest.fixture(scope="module")
def dockerfile(root):
    """Its instructions, each on one line, in order."""
    text = (root / "hub" / "Dockerfile").read_text(encoding="utf-8")
    lines = re.sub(r"\\\n\s*", "", re.sub(r"^#.*\n", "", text, flags=re.MULTILINE)).splitlines()
    return [line.split(maxsplit=1) for line in lines if line.strip()]


class TestBinder:
    def test_there_is_one_folder_and_it_names_a_supported_python(self, root, project):
        assert not (root / ".binder").exists()
        wanted = yaml.safe_load((root / "binder" / "environment.yml").read_text(encoding="utf-8"))
        (python,) = [d for d in wanted["dependencies"] if str(d).startswith("python=")]
        version = python.partition("=")[2]
        assert SpecifierSet(project["requires-python"]).contains(version)

    @pytest.mark.parametrize("name", ["postBuild", "start"])
    def test_scripts_can_be_executed(self, root, name):
        path = root / "binder" / name
        text = path.read_bytes()
        assert text.startswith(b"#!/bin/bash\n")
        assert b"\r" not in text
        if os.name == "posix":
            assert os.access(path, os.X_OK)
        if BASH and os.name == "posix":
            subprocess.run([BASH, "-n", str(path)], check=True)

    @POSIX
    def test_start_hands_over_to_the_server(self, root):
        server = [sys.executable, "-c", "import os; print(os.environ['OMP_NUM_THREADS'], 'served')"]
        done = subprocess.run(
            [str(root / "binder" / "start"), *server], capture_output=True, text=True, check=True
        )
        assert done.stdout.split()[-1] == "served"

    def test_the_build_installs_the_course(self, root):
        text = (root / "binder" / "postBuild").read_text(encoding="utf-8")
        assert "pip install --no-cache-dir --editable .\n" in text


class TestContainer:
    def test_the_image_has_a_supported_python(self, dockerfile, project):
        (image,) = [rest for name, rest in dockerfile if name == "FROM"]
        version = re.fullmatch(r"python:(\d\.\d+)-slim", image)[1]
        assert SpecifierSet(project["requires-python"]).contains(version)

    def test_what_it_copies_is_here(self, dockerfile, root):
        sources = [rest.split()[0] for name, rest in dockerfile if name == "COPY"]
        assert sources == ["requirements.lock", "."]
        assert all((root / source).exists() for source in sources)
        left_out = (root / ".dockerignore").read_text(encoding="utf-8").split()
        assert {".git", ".venv", "wheels"} <= set(left_out)

    def test_it_installs_the_lock_with_its_hashes_and_runs_as_a_user(self, dockerfile):
        runs = " ".join(rest for name, rest in dockerfile if name == "RUN")
        assert "--require-hashes --requirement /opt/course/requirements.lock" in runs
        names = [name for name, _ in dockerfile]
        assert names.index("USER") < names.index("CMD")
        assert json.loads(dockerfile[-1][1]) == ["jupyterhub-singleuser"]

    def test_the_dev_container_uses_it(self, root, dockerfile):
        folder = root / ".devcontainer"
        settings = json.loads((folder / "devcontainer.json").read_text(encoding="utf-8"))
        assert (folder / settings["build"]["dockerfile"]).samefile(root / "hub" / "Dockerfile")
        assert (folder / settings["build"]["context"]).samefile(root)
        assert settings["forwardPorts"] == [classroom.PORT]
        assert list(settings["portsAttributes"]) == [str(classroom.PORT)]
        assert any(rest == settings["remoteUser"] for name, rest in dockerfile if name == "USER")
        for amount in (settings["hostRequirements"][key] for key in ("memory", "storage")):
            assert re.fullmatch(r"\d+gb", amount)
        # The properties of the specification that are in use; a misspelt one is passed over there.
        assert set(settings) == {
            *("name", "build", "remoteUser", "hostRequirements", "postCreateCommand"),
            *("forwardPorts", "portsAttributes", "customizations"),
        }


class TestHub:
    def test_its_limits_are_those_of_a_lesson(self, root, monkeypatch):
        monkeypatch.setenv("COURSE_PASSWORD", "secret")
        sections: dict[str, SimpleNamespace] = {}

        class Config:
            def __getattr__(self, name):
                return sections.setdefault(name, SimpleNamespace())

        source = (root / "hub" / "jupyterhub_config.py").read_text(encoding="utf-8")
        exec(compile(source, "jupyterhub_config.py", "exec"), {"get_config": Config})
        assert sections["Spawner"].mem_limit == f"{classroom.LESSON_MEMORY}G"
        assert sections["Spawner"].mem_guarantee == "1G"
        assert sections["DockerSpawner"].image == "recommender-course"
        assert sections["DummyAuthenticator"].password == "secret"


class TestGuide:
    def test_every_file_that_it_names_is_here(self, guide, root):
        named = set(re.findall(r"`((?:hub|binder|\.devcontainer|book)/[\w./]*)`", guide))
        assert {"hub/jupyterhub_config.py", "binder/", ".devcontainer/devcontainer.json"} <= named
        assert [name for name in named if not (root / name).exists()] == []

    def test_every_course_command_exists_with_its_options(self, guide, commands):
        named = [*commands, *re.findall(r"`([^`\n]*)`", guide)]
        found = [line.split()[1:] for line in named if line.startswith("course ")]
        assert {words[0] for words in found} == {"check", "build", "grade"}
        for words in found:
            current = typer.main.get_command(cli.app)
            for word in words:
                current = getattr(current, "commands", {}).get(word, current)
            known = {name for parameter in current.params for name in parameter.opts}
            assert {word for word in words if word.startswith("--")} <= known, words

    def test_every_nox_session_exists(self, guide, root):
        written = (root / "noxfile.py").read_text(encoding="utf-8")
        sessions = set(re.findall(r"nox -s (\w+)", guide))
        assert sessions == {"wheels", "lab"}
        assert all(f"def {name}(session" in written for name in sessions)

    def test_the_options_of_grading_are_those_of_the_command(self, guide):
        rows = dict(re.findall(r"^\| `(--\w+)` \|[^|]*\| ([^|]*) \|$", guide, flags=re.MULTILINE))
        grade = typer.main.get_command(cli.app).commands["grade"]
        options = {p.opts[0]: p.default for p in grade.params if p.opts[0].startswith("--")}
        assert set(rows) == set(options) - {"--help"}
        for name in ("--timeout", "--memory"):
            assert float(rows[name]) == options[name]

    def test_colab_gets_the_line_of_the_readme(self, guide, root):
        (line,) = re.findall(r"^%pip install .*$", guide, flags=re.MULTILINE)
        readme = (root / "README.md").read_text(encoding="utf-8")
        assert f"`{line}`" in readme

    def test_its_figures_are_those_of_the_command(self, guide):
        needs = {need.subject: need.text for need in (classroom.network(30), classroom.hub(30))}
        assert "16 GB, 22 min at 100 Mbit/s" in needs["Bandwidth"]
        assert "about 16 GB: 22 minutes at 100 Mbit/s" in guide
        assert "44 GiB and 16 processors" in needs["JupyterHub"]
        assert "about 44 GiB and 16 processors" in guide


def test_jupyterlab_starts_in_the_folder_of_the_lessons(tmp_path):
    """``course lab`` answers, and shows the lessons: as it does on a laptop of a class."""
    command = [sys.executable, "-m", "course.cli", "lab", "--no-browser", "--ServerApp.port=0"]
    if os.name == "posix" and os.getuid() == 0:
        command.append("--allow-root")
    environment = {**os.environ, "JUPYTER_TOKEN": "secret", "JUPYTER_RUNTIME_DIR": str(tmp_path)}
    with subprocess.Popen(
        command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as server:
        try:
            address = _address(tmp_path)
            request = urllib.request.Request(
                f"{address}api/contents", headers={"Authorization": "token secret"}
            )
            with urllib.request.urlopen(request, timeout=60) as answer:
                names = {entry["name"] for entry in json.load(answer)["content"]}
        finally:
            _end(server)
    assert {path.name for path in lessons.find()} <= set(names)


def _address(runtime):
    """Where the server listens, as it writes down once it does."""
    for _ in range(1200):
        for path in runtime.glob("jpserver-*.json"):
            try:
                return json.loads(path.read_text(encoding="utf-8"))["url"]
            except ValueError:
                break
        time.sleep(0.1)
    raise AssertionError("JupyterLab did not start within 2 minutes.")


def _end(server):
    import psutil

    for child in psutil.Process(server.pid).children(recursive=True):
        child.kill()
    server.kill()
