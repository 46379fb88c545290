"""Why the platform is not started, in words for the operator and as an exit code."""


class Refuses(Exception):
    """It is not started; the message says what to do. code: the exit code, see codes.py."""

    def __init__(self, message: str, code: int) -> None:
        super().__init__(message)
        self.code = code
