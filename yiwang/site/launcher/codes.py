"""Exit codes of `yiwang`; docs/reference/commands.md explains them to operators."""

OK = 0
FAILED = 1
USAGE = 2
ALREADY_RUNNING = 3
NOT_ALLOWED = 4
PORT_IN_USE = 5
CANNOT_START = 6
