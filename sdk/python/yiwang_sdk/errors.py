"""What the platform refuses."""

from collections.abc import Mapping
from typing import Any


class YiwangError(Exception):
    """A refusal. status: 0 when nobody was reached; code: its stable name; fields: what is wrong."""

    def __init__(self, status: int, problem: Mapping[str, Any]) -> None:
        self.status = status
        self.code = str(problem.get("code", problem.get("error", "")))
        self.detail = str(problem.get("detail", problem.get("error_description", "")))
        self.fields: dict[str, str] = dict(problem.get("fields", {}))
        self.request_id = str(problem.get("request_id", ""))
        super().__init__(f"{status} {self.code} {self.detail} ({self.request_id})")


class SignatureError(Exception):
    """A callback is not from the platform, or it is an old one."""
