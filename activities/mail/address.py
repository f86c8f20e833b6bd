"""Where a mail server is and how to sign in, from one URL."""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import parse_qs, unquote, urlsplit

from complaints.errors import BadInput


@dataclass(frozen=True, slots=True)
class Server:
    """One SMTP server; `tls` from the first byte, `starttls` after the greeting, neither only on trusted networks."""

    host: str
    port: int
    user: str = ""
    password: str = field(default="", repr=False)
    tls: bool = False
    starttls: bool = False


def read_url(url: str) -> Server:
    """`smtp://user:password@host:port?starttls=1` or `smtps://…`; ports default to 25, 587 (STARTTLS) and 465 (TLS)."""
    parts = urlsplit(url)
    options = parse_qs(parts.query)
    unknown = set(options) - {"starttls"}
    if parts.scheme not in ("smtp", "smtps") or not parts.hostname or unknown:
        raise BadInput(
            "smtp_url",
            "The address of the mail server cannot be read.",
            "Write smtp://user:password@host:port?starttls=1, or smtps://user:password@host:port.",
        )
    tls = parts.scheme == "smtps"
    starttls = options.get("starttls", ["0"])[-1] not in ("0", "false", "no")
    if tls and starttls:
        raise BadInput("smtp_url", "smtps:// is encrypted from the start.", "Leave out starttls=1, or write smtp://.")
    port = parts.port or (465 if tls else 587 if starttls else 25)
    return Server(parts.hostname, port, unquote(parts.username or ""), unquote(parts.password or ""), tls, starttls)
