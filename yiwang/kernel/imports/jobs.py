"""Judging and applying, away from the web process; forgetting, each night."""

from collections.abc import Callable
from uuid import UUID

from django.utils import timezone

from yiwang.kernel.actor import SYSTEM, Actor
from yiwang.kernel.imports import actions


def judge(run: str) -> None:
    _do(actions.judge, run)


def apply(run: str) -> None:
    _do(actions.apply, run)


def _do(act: Callable[..., None], run: str) -> None:
    actor: Actor = SYSTEM
    try:
        act(UUID(run), actor=actor)
    except Exception:
        actions.give_up(UUID(run), actor=actor)
        raise


def forget() -> int:
    return actions.forget(now=timezone.now(), actor=SYSTEM)
