"""A letter as a mail message."""

from __future__ import annotations

from datetime import UTC, datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr

from complaints.instants import Instant
from templates.letters import Letter


def message(letter: Letter, *, sender: str, to: str, message_id: str, at: Instant, language: str) -> EmailMessage:
    """The letter as text and HTML in UTF-8, to one address; nobody but `To` is named in its headers.

    `message_id` and `at` are the notification's own, so that a letter tried again is the same letter. Raises
    ValueError for an address that cannot stand in a header.
    """
    made = EmailMessage(policy=SMTP)
    name, address = parseaddr(sender)
    made["From"] = Address(display_name=name, addr_spec=address)
    made["To"] = Address(addr_spec=to)
    made["Subject"] = letter.subject
    made["Date"] = format_datetime(datetime.fromtimestamp(at, UTC))
    made["Message-ID"] = message_id
    # RFC 3834: keeps holiday answers and other robots from replying to us.
    made["Auto-Submitted"] = "auto-generated"
    made["Content-Language"] = language
    made.set_content(letter.text, cte="base64")
    made.add_alternative(letter.html, subtype="html", cte="base64")
    return made
