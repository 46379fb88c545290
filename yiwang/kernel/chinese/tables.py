"""The text tables under data/: one record a line, blanks between fields.

Read when first asked for; the caller keeps what it made of them.
"""

from pathlib import Path

_DATA = Path(__file__).parent / "data"


def lines(name: str) -> list[str]:
    """The lines of data/<name>.txt."""
    return (_DATA / f"{name}.txt").read_text(encoding="utf-8").splitlines()


def records(name: str) -> list[list[str]]:
    """The lines of data/<name>.txt, split at blanks."""
    return [line.split(" ") for line in lines(name)]
