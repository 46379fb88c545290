"""The documents lead somewhere: links resolve, and nothing of a developer's machine is written down."""

import re
import subprocess
from pathlib import Path

from tests.architecture import source

_LINK = re.compile(r"\[[^\]]*\]\(([^)#\s]+)(?:#[^)]*)?\)")
_PATH = re.compile(r"`((?:yiwang|tests|tools|docs|bench)/[^`\s:…<>*,]+)")


def _documents() -> list[Path]:
    return [*source.PROJECT.glob("*.md"), *(source.PROJECT / "docs").rglob("*.md")]


def test_links_lead_to_files() -> None:
    broken = [
        f"{source.name(document)}: {target}"
        for document in _documents()
        for target in _LINK.findall(document.read_text())
        if "://" not in target and not (document.parent / target).exists()
    ]
    assert broken == []


def test_named_files_exist() -> None:
    """But for the module that the guides build."""
    missing = [
        f"{source.name(document)}: {path}"
        for document in _documents()
        for path in _PATH.findall(document.read_text())
        if "notices" not in path and not (source.PROJECT / path).exists()
    ]
    assert missing == []


def test_no_path_of_a_developers_machine() -> None:
    tracked = subprocess.run(
        ["git", "ls-files", "-z"], cwd=source.PROJECT, capture_output=True, text=True, check=True
    ).stdout.split("\0")
    words = ("/" + "work/main", "/" + "work/shared", "../" + "shared", "/" + "root/", "farm" + "-")
    found = [
        f"{name}: {word}"
        for name in tracked
        if name and not name.endswith((".png", ".lock"))
        for word in words
        if word in (source.PROJECT / name).read_text(errors="ignore")
    ]
    assert found == []
