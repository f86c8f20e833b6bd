"""Short messages by other channels: an HTTP gateway each, told by POST with JSON."""

from __future__ import annotations

from dataclasses import dataclass

import httpx

from complaints.errors import MailDeferred, MailRefused

# Client errors that go away by themselves.
_LATER = (408, 425, 429)


@dataclass(frozen=True, slots=True)
class Gateways:
    """The addresses of the gateways for `sms` and `chat`, empty where there is none; `timeout` in seconds."""

    sms: str = ""
    chat: str = ""
    timeout: float = 10

    async def send(self, channel: str, ident: str, to: str, text: str) -> None:
        """POST `{id, to, text}`; the id (also as `Idempotency-Key`) is the same at every retry.

        Raises MailRefused (`not_configured`, or `gateway_4xx` when the gateway refuses it), MailDeferred otherwise.
        """
        url = {"sms": self.sms, "chat": self.chat}.get(channel, "")
        if not url:
            raise MailRefused("not_configured", f"No gateway is set for {channel}.")
        try:
            async with httpx.AsyncClient(timeout=self.timeout, trust_env=False) as client:
                answer = await client.post(
                    url, json={"id": ident, "to": to, "text": text}, headers={"Idempotency-Key": ident}
                )
        except httpx.HTTPError as error:
            name = type(error).__name__
            raise MailDeferred(f"The gateway for {channel} does not answer ({name}); it is tried again.") from error
        if answer.is_success:
            return
        if answer.is_client_error and answer.status_code not in _LATER:
            raise MailRefused(f"gateway_{answer.status_code}", f"The gateway for {channel} refuses this message.")
        raise MailDeferred(f"The gateway for {channel} answered {answer.status_code}; it is tried again.")
