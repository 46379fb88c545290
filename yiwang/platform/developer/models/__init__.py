"""What the developer site keeps of its own: who ordered which application of the sandbox."""

from yiwang.platform.developer.models.sandbox import SandboxClient

__all__ = ["SandboxClient"]
