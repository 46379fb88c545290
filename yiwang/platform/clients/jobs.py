"""What happens to connected applications by the clock."""

from django.utils import timezone

from yiwang.platform.clients.actions import batches, events, traffic


def forget() -> None:
    """Every hour: old calls, words that signed, answers kept for repeats."""
    now = timezone.now()
    traffic.forget(now=now)
    events.forget(now=now)


def run_open_job(job_id: str) -> None:
    """A batch that an application does not wait for."""
    batches.carry_out(job_id)


def deliver(delivery_id: int) -> None:
    """One event to one address."""
    events.deliver(delivery_id)


def deliver_due() -> None:
    """Every minute: what did not arrive at first."""
    events.deliver_due(now=timezone.now())
