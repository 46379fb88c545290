"""Where the acts of the sandbox may happen at all."""

from django.conf import settings

from yiwang.kernel.errors import require


def require_sandbox() -> None:
    """Never on the real platform."""
    require(settings.SANDBOX, "只能在沙箱中执行", status=409)
