"""Codes: the proof that a mobile number is one's own, sent to it and typed back.

Accounts need it and stand below the module that sends texts, so that module registers itself here.
"""

from collections.abc import Callable
from dataclasses import dataclass

from yiwang.kernel.registry import Registry


@dataclass(frozen=True)
class CodeService:
    """send: (mobile, purpose=, actor=) a fresh code; refuses with 429 when too many were asked for.

    check: (mobile, code, purpose=, actor=) uses it up; refuses with 422 when it is wrong or old. Call both
    before your own transaction, not inside: a wrong try is counted whatever follows.
    """

    key: str
    label: str
    send: Callable[..., None]
    check: Callable[..., None]


code_services: Registry[CodeService] = Registry("code_services", "Who sends codes to mobile numbers")


def code_service() -> CodeService:
    """The one that is installed; LookupError when none is, so that nothing passes unproved."""
    for service in code_services:
        return service
    raise LookupError("no module sends codes to mobile numbers")
