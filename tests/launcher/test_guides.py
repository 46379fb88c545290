"""The guides tell the truth: the module that they build is put together from their pages, linted and tested.

A file in a guide is its name in backticks and a colon on one line, then its text in a fence. The pieces go to
build/guides, from where they join the package for the length of this test.
"""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture import source

_GUIDES = source.PROJECT / "docs" / "guides"
_BUILT = source.PROJECT / "build" / "guides"
_FILE = re.compile(r"^`(yiwang/apps/notices/[^`]+)`:\n\n```\w+\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_SETTINGS = f'''"""The settings of tests, and the module of the guides."""

import yiwang.apps
from yiwang.site.settings.test import *

yiwang.apps.__path__.append({str(_BUILT / "yiwang" / "apps")!r})
INSTALLED_APPS += ["yiwang.apps.notices"]
ROOT_URLCONF = "guide_urls"
'''
_URLS = '''"""The addresses of the platform, and the module's."""

from django.urls import include, path

from yiwang.site.urls import *
from yiwang.site.urls import urlpatterns as known

urlpatterns = [*known, path("notices/", include("yiwang.apps.notices.urls"))]
'''


def _files() -> dict[str, str]:
    """Every file of the module as the guides show it."""
    found = [pair for page in sorted(_GUIDES.glob("*.md")) for pair in _FILE.findall(page.read_text())]
    assert len(dict(found)) == len(found), "a file is shown twice"
    return dict(found)


def _run(*command: str, without: tuple[str, ...] = ()) -> None:
    environment = os.environ | {
        "PYTHONPATH": f"{source.PROJECT}{os.pathsep}{_BUILT}",
        "DJANGO_SETTINGS_MODULE": "guide_settings",
    }
    for name in without:
        del environment[name]
    done = subprocess.run(
        [sys.executable, *command],
        cwd=source.PROJECT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.fixture
def module() -> Path:
    """The module, built afresh."""
    shutil.rmtree(_BUILT, ignore_errors=True)
    folder = _BUILT / "yiwang" / "apps" / "notices"
    (folder / "tests").mkdir(parents=True)
    for name, text in _files().items():
        path = _BUILT / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    for empty in (folder, folder / "tests"):
        (empty / "__init__.py").touch()
    (_BUILT / "guide_settings.py").write_text(_SETTINGS)
    (_BUILT / "guide_urls.py").write_text(_URLS)
    return folder


def test_the_module_of_the_guides_works(module: Path) -> None:
    _run("-m", "ruff", "check", "--no-cache", str(module))
    _run("-m", "ruff", "format", "--check", "--no-cache", str(module))
    _run("-m", "djlint", "--configuration", "pyproject.toml", "--lint", "--check", "--quiet", str(module))
    _run("manage.py", "makemigrations", "notices", "-n", "notices")
    assert (module / "migrations" / "0001_notices.py").exists()
    _run(
        "-m",
        "pytest",
        "-q",
        "--ds=guide_settings",
        "-p",
        "no:cacheprovider",
        str(module),
        "tests/test_manifests.py",
        without=(
            "YIWANG_TEST_HOME",
            "DATABASE_URL",
        ),  # a server of its own: ours holds the test database we use
    )
