"""Links that go out in letters: an approval's link is for one person, one case, one approval, one round.

The token is signed, not sealed: it holds ids only, and whoever holds it may act as that person for that one decision.
So it is treated as a secret: never in a log, never in a Referer, never in a workflow's history (there its `id` stands).
It has no end of its own: the case says whether the round still waits for a decision.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from itsdangerous import BadData, URLSafeSerializer

from complaints.errors import NotFound
from runtime.keys import Keyring

# Longer ones are refused unread.
_LONGEST = 1024


class BadLink(NotFound):
    """The link is cut off, changed or not ours."""

    code = "bad_link"


@dataclass(frozen=True, slots=True)
class ApprovalLink:
    """What an approval's link stands for; `id` is random, one a link, and safe to keep in histories and logs."""

    id: str
    case_id: str
    person: str
    approval: str
    round: int


class Links:
    """Makes and reads the links; `public_url` is where people reach the pages."""

    def __init__(self, ring: Keyring, public_url: str) -> None:
        self._public_url = public_url.rstrip("/")
        self._signer = URLSafeSerializer(ring.oldest_first, salt="approval")

    def approval(self, case_id: str, person: str, approval: str, round: int) -> str:
        """The address of the page on which that person decides on that approval's round."""
        token = self._signer.dumps([secrets.token_urlsafe(9), case_id, person, approval, round])
        return f"{self._public_url}/approvals/{token}"

    def read_approval(self, token: str) -> ApprovalLink:
        """What the token of a link stands for; BadLink when no key of ours signed it."""
        if len(token) > _LONGEST:
            raise BadLink("This link is not one of ours.")
        try:
            content: Any = self._signer.loads(token)
        except BadData as error:
            raise BadLink("This link is incomplete or was changed. Open it from the letter once more.") from error
        id, case_id, person, approval, round = content
        return ApprovalLink(id, case_id, person, approval, round)

    def tracking(self, number: str, code: str) -> str:
        """The address of the page on which a complainant follows the case."""
        return f"{self._public_url}/track?{urlencode({'number': number, 'code': code})}"
