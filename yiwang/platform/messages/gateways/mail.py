"""E-mail by SMTP: one connection for each letter, encrypted as the settings say."""

import smtplib
import ssl
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid

from django.conf import settings
from django.utils import timezone

from yiwang.platform.messages.gateways.interface import NeverTaken, Unreachable

SECONDS = 15.0
_PERMANENT = range(500, 600)


class Smtp:
    """MAIL_HOST, MAIL_PORT, MAIL_SECURITY (none, starttls, tls), MAIL_USER, MAIL_PASSWORD, MAIL_FROM."""

    def send(self, *, reference: str, address: str, subject: str, text: str) -> None:
        """The Message-ID is the same for every try, so that a doubled letter can be told by it."""
        letter = EmailMessage()
        letter["Subject"] = " ".join(subject.split())
        letter["From"] = str(Address(settings.PLATFORM_NAME, addr_spec=settings.MAIL_FROM))
        try:
            letter["To"] = str(Address(addr_spec=address))
        except (ValueError, IndexError) as problem:
            raise NeverTaken("电子邮箱格式不正确") from problem
        letter["Date"] = format_datetime(timezone.localtime())
        domain = settings.MAIL_FROM.rpartition("@")[2]
        letter["Message-ID"] = f"<{reference}@{domain}>" if reference else make_msgid(domain=domain)
        letter["Auto-Submitted"] = "auto-generated"
        letter.set_content(text, cte="base64")
        try:
            with self._server() as server:
                server.send_message(letter)
        except smtplib.SMTPRecipientsRefused as refused:
            code = next(iter(refused.recipients.values()), (0, b""))[0]
            kind = NeverTaken if code in _PERMANENT else Unreachable
            raise kind(f"邮件服务器拒收（{code}）") from refused
        except smtplib.SMTPResponseException as refused:
            is_final = refused.smtp_code in _PERMANENT and not self._is_ours(refused)
            kind = NeverTaken if is_final else Unreachable
            raise kind(f"邮件服务器拒绝（{refused.smtp_code}）") from refused
        except (OSError, smtplib.SMTPException) as problem:
            raise Unreachable("邮件服务器无响应") from problem

    @staticmethod
    def _is_ours(refused: smtplib.SMTPResponseException) -> bool:
        """Our own password is wrong: no reason to give the letter up."""
        return isinstance(refused, smtplib.SMTPAuthenticationError | smtplib.SMTPSenderRefused)

    @staticmethod
    def _server() -> smtplib.SMTP:
        host, port, security = settings.MAIL_HOST, settings.MAIL_PORT, settings.MAIL_SECURITY
        if security == "tls":
            server: smtplib.SMTP = smtplib.SMTP_SSL(
                host, port, timeout=SECONDS, context=ssl.create_default_context()
            )
        else:
            server = smtplib.SMTP(host, port, timeout=SECONDS)
            if security == "starttls":
                server.starttls(context=ssl.create_default_context())
        if settings.MAIL_USER:
            server.login(settings.MAIL_USER, settings.MAIL_PASSWORD)
        return server
