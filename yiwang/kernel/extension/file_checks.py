"""Content checks: what looks at an upload before anybody else can (classified marks, viruses; §19.4)."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import BinaryIO

from yiwang.kernel.registry import Registry


class Outcome(StrEnum):
    """pass: usable; hold: the uploader must confirm first; block: the content is discarded at once."""

    PASS = "pass"  # noqa: S105  a verdict, not a password
    HOLD = "hold"
    BLOCK = "block"


@dataclass(frozen=True)
class Verdict:
    """What a check found. message: shown to the uploader; finding: for the log only, without the content."""

    outcome: Outcome
    message: str = ""
    finding: str = ""
    code: str = "E-SEC-01"


PASS = Verdict(Outcome.PASS)


@dataclass(frozen=True)
class FileCheck:
    """A look at the clear content. check: (stream at its beginning, file name) -> verdict.

    What it raises refuses the upload: a check that cannot run lets nothing through.
    """

    key: str
    label: str
    check: Callable[[BinaryIO, str], Verdict]
    order: int = 0


file_checks: Registry[FileCheck] = Registry("file_checks", "Looks at uploads before they become visible")
