"""Fetching a picture of a card from its application's host, once; what is no picture is not taken."""

from dataclasses import dataclass

from yiwang.platform.clients.gateways import callbacks

LARGEST = 2 * 1024 * 1024
_SIGNS = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
)


@dataclass(frozen=True, slots=True)
class Fetched:
    """kind: by its content, whatever its sender says. problem: why there is none."""

    kind: str = ""
    content: bytes = b""
    problem: str = ""


def fetch(url: str, *, is_sandbox: bool) -> Fetched:
    """Never raises; redirects are not followed."""
    answer = callbacks.get(url, is_sandbox=is_sandbox, most=LARGEST + 1)
    if answer.problem or answer.status != 200:
        return Fetched(problem=answer.problem or f"应答为{answer.status}")
    if len(answer.body) > LARGEST:
        return Fetched(problem="图片超过2MB")
    kind = kind_of(answer.body)
    return Fetched(kind, answer.body) if kind else Fetched(problem="不是PNG、JPEG、GIF或WebP图片")


def kind_of(content: bytes) -> str:
    """The type of a picture that browsers show without running anything; "" for everything else."""
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "image/webp"
    return next((kind for sign, kind in _SIGNS if content.startswith(sign)), "")
