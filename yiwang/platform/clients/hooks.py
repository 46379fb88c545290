"""Moments of applications that modules above may join."""

from yiwang.kernel.hook import Hook

# event_id: a try to call an application back has ended, well or not (clients.queries.deliveries says how).
delivery_noted = Hook("clients.delivery_noted")
