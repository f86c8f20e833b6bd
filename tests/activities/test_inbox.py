"""The embedded inbox keeps what it has accepted, and shows it."""

from __future__ import annotations

import smtplib
from asyncio import to_thread
from email.message import Message
from pathlib import Path

import pytest

from activities.mail import Mailer, message
from complaints.errors import MailDeferred, Unavailable
from runtime.inbox import Store, read_inbox, serve
from templates.letters import Letter
from tests.support.mail import inbox

SENDER = "huiyin@example.org"


def letter(number: int, html: str = "") -> Message:
    return message(
        Letter(f"number {number}", f"See https://example.org/{number}\n", html or "<p>See</p>"),
        sender=SENDER, to="somebody@example.org", message_id=f"<{number}@x>", at=number, language="en",
    )  # fmt: skip


async def test_letters_are_shown_in_the_order_of_their_arrival(tmp_path: Path) -> None:
    async with inbox(tmp_path) as box:
        mailer = Mailer(box.url, SENDER)
        for number in range(12):
            await mailer.send(letter(number), "somebody@example.org")
        await mailer.close()
        assert [one.subject for one in box.letters()] == [f"number {n}" for n in range(12)]
        assert [one.subject for one in read_inbox(tmp_path, last=2)] == ["number 10", "number 11"]


async def test_the_links_of_a_letter_are_given_ready_to_be_followed(tmp_path: Path) -> None:
    html = '<a href="https://example.org/track?number=1&amp;code=x">See</a> <a href="https://example.org/7">it</a>'
    Store(tmp_path).keep(letter(7, html).as_bytes())
    assert read_inbox(tmp_path)[0].links == ("https://example.org/track?number=1&code=x", "https://example.org/7")


async def test_a_letter_accepted_is_on_the_disk_whole(tmp_path: Path) -> None:
    async with inbox(tmp_path) as box:

        def send() -> None:
            with smtplib.SMTP("127.0.0.1", box.port) as client:
                client.send_message(letter(1))
                assert [path.suffix for path in tmp_path.iterdir()] == [".eml"]

        await to_thread(send)


async def test_a_letter_that_cannot_be_kept_is_not_accepted(tmp_path: Path) -> None:
    folder = tmp_path / "inbox"
    async with inbox(folder) as box:
        folder.rmdir()
        mailer = Mailer(box.url, SENDER)
        with pytest.raises(MailDeferred):
            await mailer.send(letter(1), "somebody@example.org")
        await mailer.close()


def test_half_a_letter_is_not_shown(tmp_path: Path) -> None:
    (tmp_path / "00000000000000000001-a.part").write_bytes(b"Subject: half")
    assert read_inbox(tmp_path) == []
    assert read_inbox(tmp_path / "never made") == []


def test_a_letter_of_strange_make_is_shown_as_far_as_it_can_be_read(tmp_path: Path) -> None:
    Store(tmp_path).keep(b"Subject: plain\r\n\r\nno html, no date")
    (shown,) = read_inbox(tmp_path)
    assert (shown.subject, shown.date, shown.html, shown.to) == ("plain", "", "", "")
    assert shown.text == "no html, no date"


async def test_a_taken_port_is_named_with_the_option_that_changes_it(tmp_path: Path) -> None:
    async with inbox(tmp_path) as box:
        with pytest.raises(Unavailable, match=rf":{box.port} .*--mail-port"):
            await serve("127.0.0.1", box.port, tmp_path)
