"""What accounts do by the clock."""

from yiwang.platform.accounts.actions import lifecycle, sessions, verification


def expire_temporary_accounts() -> int:
    """Each day just after midnight: temporary accounts whose last day is over."""
    return lifecycle.expire_temporary_accounts()


def end_stale_sessions() -> int:
    """Sessions nobody uses any more, so that lists of devices tell the truth."""
    return sessions.end_stale_sessions()


def forget_attempts() -> int:
    """Login tries older than 30 days."""
    return sessions.forget_attempts()


def verify(verification_id: int) -> None:
    """Put a question to the real-name service."""
    verification.ask(verification_id)


def verify_due() -> int:
    """Repetitions whose time has come."""
    return verification.ask_due()
