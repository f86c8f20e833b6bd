"""Hands messages to an SMTP server over one connection that is kept open between letters."""

from __future__ import annotations

import asyncio
import ssl
from contextlib import suppress
from email.message import Message
from email.policy import compat32
from email.utils import parseaddr

from aiosmtplib import SMTP
from aiosmtplib.errors import (
    SMTPDataError,
    SMTPException,
    SMTPRecipientRefused,
    SMTPResponseException,
    SMTPSenderRefused,
    SMTPServerDisconnected,
    SMTPTimeoutError,
)

from activities.mail.address import read_url
from complaints.errors import MailDeferred, MailRefused

_POLICY = compat32.clone(linesep="\r\n")
_OF_THE_LETTER = (SMTPSenderRefused, SMTPRecipientRefused, SMTPDataError)
# What a server says that wants us to sign in, or to sign in otherwise: our settings are wrong, not the letter.
_SIGN_IN = (530, 534, 535, 538)


class Mailer:
    """Sends mail; one letter at a time, over one connection (measured: 1.6 times as many as one connection a letter).

    `timeout` (seconds) holds for every single answer of the server. `trust` replaces the system's certificates, for
    a server with a certificate of its own. Use it within one event loop and `close` it at the end.
    """

    def __init__(self, url: str, sender: str, timeout: float = 10, trust: ssl.SSLContext | None = None) -> None:
        self._server = read_url(url)
        self.sender = sender
        self._envelope_from = parseaddr(sender)[1]
        self._timeout = timeout
        self._trust = trust
        self._lock = asyncio.Lock()
        self._client: SMTP | None = None

    @property
    def domain(self) -> str:
        """The sender's domain."""
        return self._envelope_from.rpartition("@")[2] or "localhost"

    async def send(self, mail: Message, to: str) -> None:
        """Hand over one message for one address; returns when the server has accepted it.

        Raises MailRefused when the server says never (5xx), MailDeferred when it may work later (4xx, no answer, no
        connection, sign-in refused).
        """
        async with self._lock:
            try:
                await self._send(mail, to)
            except SMTPResponseException as error:
                await self._reset()
                if isinstance(error, _OF_THE_LETTER) and 500 <= error.code < 600 and error.code not in _SIGN_IN:
                    raise MailRefused(f"smtp_{error.code}", "The mail server refuses this letter for good.") from error
                raise MailDeferred(f"The mail server answered {error.code}; the letter is tried again.") from error
            except (SMTPException, OSError) as error:
                self._drop()
                name = type(error).__name__
                raise MailDeferred(f"The mail server does not answer ({name}); the letter is tried again.") from error
            except BaseException:
                # A cancelled exchange leaves the connection in the middle of a command.
                self._drop()
                raise

    async def close(self) -> None:
        """Say goodbye to the server; the next letter would open a new connection."""
        async with self._lock:
            if self._client is not None and self._client.is_connected:
                with suppress(SMTPException, OSError):
                    await self._client.quit(timeout=1)
            self._drop()

    async def _send(self, mail: Message, to: str) -> None:
        client, fresh = await self._connected()
        try:
            await self._envelope(client, to)
        except (SMTPServerDisconnected, SMTPTimeoutError, SMTPResponseException) as error:
            # A kept connection may have been closed while idle (421 is how a server says so); nothing was sent yet.
            if fresh or (isinstance(error, SMTPResponseException) and error.code != 421):
                raise
            self._drop()
            client, _ = await self._connected()
            await self._envelope(client, to)
        await client.data(mail.as_bytes(policy=_POLICY))

    async def _envelope(self, client: SMTP, to: str) -> None:
        wide = not (to + self._envelope_from).isascii()
        if wide and not client.supports_extension("smtputf8"):
            raise SMTPRecipientRefused(553, "the server takes ASCII addresses only", to)
        encoding = "utf-8" if wide else "ascii"
        await client.mail(self._envelope_from, options=["SMTPUTF8"] if wide else [], encoding=encoding)
        await client.rcpt(to, encoding=encoding)

    async def _connected(self) -> tuple[SMTP, bool]:
        if self._client is not None and self._client.is_connected:
            return self._client, False
        self._drop()
        server = self._server
        self._client = client = SMTP(
            hostname=server.host,
            port=server.port,
            username=server.user or None,
            password=server.password or None,
            timeout=self._timeout,
            use_tls=server.tls,
            # Never by chance: a server that offers STARTTLS without being asked to would be trusted or fail by luck.
            start_tls=server.starttls,
            tls_context=self._trust,
            # The name given with EHLO; looking up the machine's own may take seconds.
            local_hostname=self.domain if self.domain.isascii() else "localhost",
        )
        await client.connect()
        if client.is_ehlo_or_helo_needed:
            await client.ehlo()
        return client, True

    async def _reset(self) -> None:
        client = self._client
        if client is not None and client.is_connected:
            try:
                await client.rset()
            except (SMTPException, OSError):
                self._drop()

    def _drop(self) -> None:
        if self._client is not None:
            self._client.close()
        self._client = None
