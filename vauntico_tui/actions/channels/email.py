"""E-mail by SMTP. A server that takes the message has accepted it; it does not deduplicate."""

from __future__ import annotations

import asyncio
import smtplib
import ssl
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.utils import format_datetime
from hashlib import sha256
from typing import Literal

from vauntico_tui.actions.channels.model import Answer
from vauntico_tui.base.text import one_line
from vauntico_tui.escalation.state import Message

TIMEOUT = 10.0


@dataclass(frozen=True)
class Email:
    """`security`: TLS from the first byte, STARTTLS, or none (a relay on this machine). Certificates are verified."""

    host: str
    port: int
    sender: str
    to: str
    security: Literal["tls", "starttls", "none"] = "starttls"
    user: str | None = None
    password: str | None = field(default=None, repr=False)
    kind: str = "email"
    deduplicates: bool = False
    bundles: bool = True

    async def send(self, message: Message, remote_id: str | None = None) -> Answer:
        return await asyncio.to_thread(self._send, self.compose(message))

    def compose(self, message: Message) -> EmailMessage:
        """Plain text; threads by escalation; the same Message-ID however often it is sent."""
        mail = EmailMessage()
        mail["From"], mail["To"] = self.sender, message.destination.address or self.to
        mail["Subject"] = one_line(f"[Level {message.level}] {message.title}", 200)
        mail["Date"] = format_datetime(message.at)
        domain = self.sender.rpartition("@")[2].strip("> ") or "localhost"
        mail["Message-ID"] = f"<{sha256(message.dedup_key.encode()).hexdigest()[:32]}@{domain}>"
        mail["References"] = f"<escalation-{message.escalation_id}@{domain}>"
        mail.set_content("\n".join(filter(None, [message.text, "", message.link or ""])))
        return mail

    def _send(self, mail: EmailMessage) -> Answer:
        given = taken = False  # given: what follows may hide a yes; taken: the yes was heard
        try:
            with self._connect() as server:
                if self.user and self.password:
                    server.login(self.user, self.password)
                given = True
                server.send_message(mail)
                taken = True
        except smtplib.SMTPAuthenticationError as error:
            return Answer("refused", f"{error.smtp_code} the server refuses user and password")
        except smtplib.SMTPRecipientsRefused as error:
            code, text = next(iter(error.recipients.values()))
            return _by_code(code, text)
        except smtplib.SMTPResponseException as error:
            return _by_code(error.smtp_code, error.smtp_error)
        except smtplib.SMTPNotSupportedError as error:
            return Answer("refused", one_line(str(error), 200))
        except (OSError, smtplib.SMTPException) as error:
            if taken:  # it broke while saying goodbye
                return Answer("accepted", f"taken by {self.host}")
            return Answer("retry", one_line(f"{type(error).__name__}: {error}", 200), maybe_sent=given)
        return Answer("accepted", f"taken by {self.host}")

    def _connect(self) -> smtplib.SMTP:
        if self.security == "tls":
            return smtplib.SMTP_SSL(self.host, self.port, timeout=TIMEOUT, context=ssl.create_default_context())
        server = smtplib.SMTP(self.host, self.port, timeout=TIMEOUT)
        if self.security == "starttls":
            try:
                server.starttls(context=ssl.create_default_context())
            except BaseException:
                server.close()
                raise
        return server


def _by_code(code: int, text: bytes | str) -> Answer:
    """4xx is for now, 5xx is for good (RFC 5321, 4.2.1)."""
    said = text.decode("utf-8", "replace") if isinstance(text, bytes) else text
    return Answer("retry" if 400 <= code < 500 else "refused", one_line(f"{code} {said}", 200))
