"""What the launcher tells whoever watches the terminal. Log lines of the processes are not its business."""

import sys


def say(text: str) -> None:
    """One line on stderr, at once: standard output is for the address and the accounts."""
    print(text, file=sys.stderr, flush=True)  # noqa: T201  the launcher's own voice
