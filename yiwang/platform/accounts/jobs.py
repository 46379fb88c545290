"""What accounts do by the clock."""

from yiwang.platform.accounts.actions import (
    administration,
    lifecycle,
    roles,
    sessions,
    suspensions,
    temporary,
    verification,
)


def expire_temporary_accounts() -> int:
    """Each day just after midnight: temporary accounts whose last day is over."""
    return lifecycle.expire_temporary_accounts()


def end_stale_sessions() -> int:
    """Sessions nobody uses any more, so that lists of devices tell the truth."""
    return sessions.end_stale_sessions()


def end_overdue_administration() -> int:
    """Administration mode that has run out, so that the log says when it ended."""
    return administration.end_overdue_administration()


def end_roles_by_date() -> int:
    """Each day just after midnight: roles whose last day is over."""
    return roles.end_roles_by_date()


def forget_attempts() -> int:
    """Login tries older than 30 days."""
    return sessions.forget_attempts()


def verify(verification_id: int) -> None:
    """Put a question to the real-name service."""
    verification.ask(verification_id)


def verify_due() -> int:
    """Repetitions whose time has come."""
    return verification.ask_due()


def keep_suspensions() -> tuple[int, int]:
    """Suspensions whose first day has come begin, those whose last day is over end."""
    return suspensions.keep_periods()


def remind_of_temporary() -> int:
    """Temporary accounts that end soon."""
    return temporary.remind_of_end()
