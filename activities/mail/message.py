"""A letter as a mail message."""

from __future__ import annotations

from datetime import UTC, datetime
from email.header import Header
from email.headerregistry import Address
from email.message import Message
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from email.utils import format_datetime, formataddr, parseaddr
from functools import lru_cache

from complaints.instants import Instant
from templates.letters import Letter

_WIDTH = 76


def message(letter: Letter, *, sender: str, to: str, message_id: str, at: Instant, language: str) -> Message:
    """The letter as text and HTML in UTF-8, to one address; nobody but `To` is named in its headers.

    `message_id` and `at` are the notification's own, so that a letter tried again is the same letter. Raises
    ValueError for an address that cannot stand in a header.
    """
    # The older classes of the library: the newer ones parse every header that they are given, which made the building
    # of letters an eighth of a worker's time (measured).
    # Without a boundary of its own the library searches both parts for one; in base64 there is none that begins so.
    made = MIMEMultipart("alternative", boundary=f"==={message_id.strip('<>').partition('@')[0]}===")
    made["From"] = _sender(sender)
    made["To"] = Address(addr_spec=to).addr_spec
    made["Subject"] = _worded(letter.subject, len("Subject: "))
    made["Date"] = format_datetime(datetime.fromtimestamp(at, UTC))
    made["Message-ID"] = message_id
    # RFC 3834: keeps holiday answers and other robots from replying to us.
    made["Auto-Submitted"] = "auto-generated"
    made["Content-Language"] = language
    made.attach(MIMEText(letter.text, "plain", "utf-8"))
    made.attach(MIMEText(letter.html, "html", "utf-8"))
    return made


@lru_cache(maxsize=8)
def _sender(given: str) -> str:
    name, address = parseaddr(given)
    return formataddr((name, Address(addr_spec=address).addr_spec))


def _worded(text: str, before: int) -> str:
    """Words as a header carries them, folded; one header stays one header whatever the words hold."""
    line = " ".join(text.split())
    return Header(line, "utf-8" if not line.isascii() else "us-ascii", _WIDTH - before).encode(linesep="\r\n")
