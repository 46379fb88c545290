"""Moments the working calendar announces.

calendar_changed(year, before, after, actor): a year was imported. before and after are `calendar.Calendar`
objects; open deadlines are recomputed by `after` (queries count by it inside the handlers), the old
value is kept in the history.
"""

from yiwang.kernel.hook import Hook

calendar_changed = Hook("workdays.calendar_changed")
