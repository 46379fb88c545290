"""What happens to connected applications by the clock."""

from django.utils import timezone

from yiwang.platform.clients.actions import traffic


def forget() -> None:
    """Every hour: old calls, words that signed, answers kept for repeats."""
    traffic.forget(now=timezone.now())
