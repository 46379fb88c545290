"""The WSGI application as the supervisor serves it: a web worker ends when the server above it is gone."""

import signal

from yiwang.site.launcher.children import follow_parent
from yiwang.site.wsgi import application

__all__ = ["application"]

# A worker left behind by a killed server would keep the port and answer beside its successors.
follow_parent(signal.SIGTERM)
