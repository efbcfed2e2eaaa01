"""The wheel, built from this checkout and installed into an empty environment, has everything the program ships."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]

# Run by the empty environment's Python, which has nothing but the wheel: every file under the two folders, opened.
OPEN_ALL = """
import hashlib, json
from casedesk.base.resources import _shipped
def walk(folder, name):
    for entry in folder.iterdir():
        inner = f"{name}/{entry.name}"
        if entry.is_dir(): yield from walk(entry, inner)
        else: yield inner, hashlib.sha256(entry.read_bytes()).hexdigest()
print(json.dumps({name: digest for top in ("resources", "forms") for name, digest in walk(_shipped(top), top)}))
"""


def run(*command: str | Path, folder: Path) -> str:
    bare = {name: value for name, value in os.environ.items() if name not in {"PYTHONPATH", "VIRTUAL_ENV"}}
    done = subprocess.run(command, cwd=folder, env=bare, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def uv() -> str:
    places = [ROOT / ".venv-uv" / "bin", Path.home() / ".local" / "bin", os.environ.get("PATH", "")]
    found = os.environ.get("UV") or shutil.which("uv", path=os.pathsep.join(map(str, places)))
    assert found, "uv is needed to make the empty environment"
    return found


@pytest.fixture(scope="module")
def python(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The Python of an environment that holds the wheel and nothing else."""
    folder = tmp_path_factory.mktemp("wheel")
    run(sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder, folder=ROOT)
    (wheel,) = folder.glob("*.whl")
    run(uv(), "venv", "--quiet", "--python", sys.executable, folder / "env", folder=folder)
    python = folder / "env" / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
    run(uv(), "pip", "install", "--quiet", "--offline", "--no-deps", "--python", python, wheel, folder=folder)
    return python


def in_checkout() -> dict[str, str]:
    """SHA-256 of every file under resources/ and forms/."""
    paths = [path for top in ("resources", "forms") for path in (ROOT / top).rglob("*") if path.is_file()]
    return {path.relative_to(ROOT).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in paths}


def test_every_resource_and_form_opens_from_the_installed_wheel(python: Path) -> None:
    shipped = json.loads(run(python, "-c", OPEN_ALL, folder=python.parent))

    assert shipped == in_checkout()
    assert "resources/fonts/CaseDeskSong.ttf" in shipped


def test_the_installed_typefaces_are_found(python: Path) -> None:
    said = run(python, "-c", "from casedesk.base import fonts; print(fonts.runs('龑', fonts.SONG), fonts.SONG.path)",
               folder=python.parent)

    assert "CaseDeskSong-Regular" in said
    assert str(python.parents[1]) in said


def test_the_commands_and_licences_are_installed(python: Path) -> None:
    files = run(python, "-c", "import importlib.metadata as m; print(*m.distribution('casedesk').files, sep='\\n')",
                folder=python.parent)

    assert "licenses/LICENSE" in files
    assert "licenses/NOTICE" in files
    assert (python.parent / ("casedesk.exe" if sys.platform == "win32" else "casedesk")).exists()
