"""The letters that reached the harness's mail server, read as they come."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from email import message_from_bytes
from email.policy import default
from pathlib import Path

from runtime.inbox import read_letter


@dataclass(frozen=True, slots=True)
class Mail:
    """One letter: its Message-ID, to whom, its subject, the links in it, when it arrived (seconds)."""

    id: str
    to: str
    subject: str
    links: tuple[str, ...]
    at: float


@dataclass(slots=True)
class Box:
    """All letters, by Message-ID; `look` reads those that are new."""

    folder: Path
    mails: list[Mail] = field(default_factory=list)
    _seen: set[str] = field(default_factory=set)

    def look(self) -> list[Mail]:
        """Every letter that has arrived so far, oldest first."""
        for path in sorted(self.folder.glob("*.eml")):
            if path.name not in self._seen:
                self._seen.add(path.name)
                content = path.read_bytes()
                letter, head = read_letter(content), message_from_bytes(content, policy=default)
                at = int(path.name.split("-")[0]) / 1e9
                self.mails.append(Mail(str(head["Message-ID"]), letter.to, letter.subject, letter.links, at))
        return self.mails

    def links(self, number: str) -> list[str]:
        """The approval links in the letters about a case, oldest first, each once."""
        found = [x for m in self.look() if number in m.subject for x in m.links if "/approvals/" in x]
        return list(dict.fromkeys(found))

    def arrivals(self) -> dict[str, list[float]]:
        """When each letter arrived, by Message-ID."""
        out: dict[str, list[float]] = defaultdict(list)
        for mail in self.look():
            out[mail.id].append(mail.at)
        return out
