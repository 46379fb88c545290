"""How an e-mail of the platform reads: no link that could be imitated, no text of documents."""

from django.conf import settings

from yiwang.kernel.parameters import queries as parameters

_LETTER = """{name}同志：

{title}
{text}

请登录{platform}查看和办理。本邮件由系统发出，请勿直接回复；平台不会在邮件中索要密码或验证码。

{operator}
"""


def written(title: str, text: str, *, name: str) -> str:
    """The whole letter."""
    return _LETTER.format(
        name=name,
        title=title,
        text=text,
        platform=settings.PLATFORM_NAME,
        operator=parameters.text("parameters.operator"),
    )
