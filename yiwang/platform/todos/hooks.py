"""Moments in the life of to-dos that the applications they came from may join.

Handlers run while the item is locked: what needs locks of its own, a job does.
"""

from yiwang.kernel.hook import Hook

# app, biz_id, task_id, person_id: somebody read, in the list of to-dos, what an application laid before him.
was_read = Hook("todos.was_read")
# item, former (the assignment that was passed on), taken (the new one), actor: somebody else has it now.
passed_on = Hook("todos.passed_on")
# item, assignment, asked (a QuickAct), actor: somebody pressed a quick action; its application must be told.
quick_asked = Hook("todos.quick_asked")
