"""The backend that settings name. Only the health check differs from Django's.

Django asks `SELECT 1` at the first query of every request, a good part of what a fast one costs. A server
that ends or dies closes its sockets, and an idle connection has nothing to read unless that happened: so the
question is asked only when there is something to read.
"""

import select

from django.db.backends.postgresql import base


class DatabaseWrapper(base.DatabaseWrapper):
    def is_usable(self) -> bool:
        """Does the connection still answer?"""
        if self.connection is None or self.connection.closed:
            return False
        waiting = select.poll()
        waiting.register(self.connection.fileno(), select.POLLIN | select.POLLHUP | select.POLLERR)
        return not waiting.poll(0) or super().is_usable()
