"""Moments in the life of to-dos that applications may join."""

from yiwang.kernel.hook import Hook

# app, biz_id, task_id, person_id: somebody read, in the list of to-dos, what an application laid before him.
# Handlers run while the item is locked: what needs locks of its own, a job does.
was_read = Hook("todos.was_read")
