"""Mail out: building a letter's message and handing it to an SMTP server over a connection that is kept."""

from activities.mail.mailer import Mailer
from activities.mail.message import message

__all__ = ["Mailer", "message"]
