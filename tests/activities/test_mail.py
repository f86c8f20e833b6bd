"""Mail out over real sockets: encrypted, signed in, refused, put off, dropped."""

from __future__ import annotations

import asyncio
import ssl
from email.message import Message
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.smtp import AuthResult, Envelope, LoginPassword, Session

from activities.mail import Mailer, message
from activities.mail.address import Server, read_url
from complaints.errors import BadInput, MailDeferred, MailRefused
from templates.letters import Letter
from tests.support.mail import certificate, inbox, scripted

SENDER = "回音 <huiyin@example.org>"
SOMEBODY = "somebody@example.org"
LETTER = Letter("20261122-0007 等待您的审批", "您好:\n请审批。\n", "<p>您好:</p><p>请审批。</p>\n")


def mail(to: str = SOMEBODY, number: int = 1) -> Message:
    return message(
        LETTER, sender=SENDER, to=to, message_id=f"<notice-{number}@example.org>", at=1_795_000_000, language="zh-CN"
    )


async def test_a_letter_arrives_as_text_and_html_in_the_words_it_was_written_in(tmp_path: Path) -> None:
    async with inbox(tmp_path) as box:
        mailer = Mailer(box.url, SENDER)
        await mailer.send(mail(), SOMEBODY)
        await mailer.close()
        (letter,) = box.letters()
    assert (letter.to, letter.subject) == (SOMEBODY, LETTER.subject)
    assert letter.text == LETTER.text
    assert letter.html == LETTER.html
    assert letter.date == "2026-11-18T11:06:40+00:00"


def test_a_letter_tried_again_is_the_same_letter() -> None:
    first, again = mail(), mail()
    for header in ("Message-ID", "Date", "Subject", "To", "From"):
        assert first[header] == again[header]
    assert first.as_bytes() == again.as_bytes()
    assert first["Message-ID"] == "<notice-1@example.org>"
    assert first["Auto-Submitted"] == "auto-generated"
    assert first.get_content_type() == "multipart/alternative"
    assert first.as_bytes().isascii()


def test_a_line_break_cannot_smuggle_a_header_into_a_letter() -> None:
    with pytest.raises(ValueError):
        mail(to="somebody@example.org\r\nBcc: other@example.org")


async def test_letters_share_one_connection() -> None:
    async with scripted({}) as server:
        mailer = Mailer(server.url, SENDER)
        await asyncio.gather(*(mailer.send(mail(number=n), SOMEBODY) for n in range(5)))
        await mailer.close()
        assert server.connections == 1
        assert sum(line == "DATA" for line in server.heard) == 5
        assert server.heard[-1] == "QUIT"


async def test_starttls_and_sign_in_protect_letter_and_password(tmp_path: Path) -> None:
    server_tls, trust = certificate(tmp_path)
    asked: list[LoginPassword] = []

    def check(server: object, session: Session, envelope: Envelope, mechanism: str, data: LoginPassword) -> AuthResult:
        asked.append(data)
        assert session.ssl is not None
        return AuthResult(success=data == LoginPassword(b"desk@example.org", b"a:b/c"), handled=False)

    options: dict[str, Any] = {
        "tls": server_tls,
        "require_starttls": True,
        "auth_required": True,
        "authenticator": check,
    }
    async with inbox(tmp_path / "inbox", **options) as box:
        url = f"smtp://desk%40example.org:a%3Ab%2Fc@127.0.0.1:{box.port}?starttls=1"
        mailer = Mailer(url, SENDER, trust=trust)
        await mailer.send(mail(), SOMEBODY)
        await mailer.close()
        assert len(box.letters()) == 1
        wrong = Mailer(f"smtp://desk:wrong@127.0.0.1:{box.port}?starttls=1", SENDER, trust=trust)
        # A wrong password is the operator's to mend: the letter waits for it.
        with pytest.raises(MailDeferred):
            await wrong.send(mail(), SOMEBODY)
        with pytest.raises(MailDeferred):
            await Mailer(f"smtp://127.0.0.1:{box.port}?starttls=1", SENDER, trust=trust).send(mail(), SOMEBODY)
    assert len(asked) >= 2


async def test_a_server_that_cannot_prove_who_it_is_gets_no_letter(tmp_path: Path) -> None:
    server_tls, _ = certificate(tmp_path)
    async with inbox(tmp_path / "inbox", tls=server_tls) as box:
        mailer = Mailer(f"{box.url}?starttls=1", SENDER)
        with pytest.raises(MailDeferred):
            await mailer.send(mail(), SOMEBODY)
        await mailer.close()
        assert box.letters() == []


async def test_a_server_without_starttls_gets_no_letter_when_encryption_is_asked_for(tmp_path: Path) -> None:
    async with inbox(tmp_path) as box:
        with pytest.raises(MailDeferred):
            await Mailer(f"{box.url}?starttls=1", SENDER).send(mail(), SOMEBODY)
        assert box.letters() == []


async def test_tls_from_the_first_byte(tmp_path: Path) -> None:
    server_tls, trust = certificate(tmp_path)
    heard: list[bytes] = []

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 here\r\n")
        while line := await reader.readline():
            heard.append(line)
            if line == b"DATA\r\n":
                writer.write(b"354 go on\r\n")
                await reader.readuntil(b"\r\n.\r\n")
            writer.write(b"250 fine\r\n")
        writer.close()

    server = await asyncio.start_server(talk, "127.0.0.1", 0, ssl=server_tls)
    port = server.sockets[0].getsockname()[1]
    mailer = Mailer(f"smtps://127.0.0.1:{port}", SENDER, trust=trust)
    await mailer.send(mail(), SOMEBODY)
    await mailer.close()
    server.close()
    assert b"DATA\r\n" in heard


async def test_a_refusal_for_good_is_told_apart_from_a_refusal_for_now(tmp_path: Path) -> None:
    async with inbox(tmp_path) as box:
        mailer = Mailer(box.url, SENDER)
        with pytest.raises(MailRefused) as refused:
            await mailer.send(mail("nobody@refused.example"), "nobody@refused.example")
        assert refused.value.code == "smtp_550"
        with pytest.raises(MailDeferred):
            await mailer.send(mail("somebody@busy.example"), "somebody@busy.example")
        await mailer.send(mail(), SOMEBODY)
        await mailer.close()
        assert [letter.to for letter in box.letters()] == [SOMEBODY]


@pytest.mark.parametrize(
    ("command", "wrong", "right"),
    [
        ("CONNECT", "drop", "220 here"),
        ("CONNECT", "421 too busy", "220 here"),
        ("CONNECT", "554 no service here", "220 here"),
        ("CONNECT", "hush", "220 here"),
        ("MAIL", "drop", "250 fine"),
        ("MAIL", "530 sign in first", "250 fine"),
        ("RCPT", "450 mailbox busy", "250 fine"),
        ("DATA", "drop", "354 go on"),
        ("CONTENT", "drop", "250 taken"),
        ("CONTENT", "hush", "250 taken"),
        ("CONTENT", "452 no room", "250 taken"),
    ],
)
async def test_whatever_goes_wrong_on_the_way_is_told_and_the_next_try_works(
    command: str, wrong: str, right: str
) -> None:
    async with scripted({command: [wrong, right]}) as server:
        mailer = Mailer(server.url, SENDER, timeout=0.3)
        with pytest.raises(MailDeferred):
            await mailer.send(mail(), SOMEBODY)
        await mailer.send(mail(), SOMEBODY)
        await mailer.close()


@pytest.mark.parametrize("answers", [{"MAIL": ["553 not you"]}, {"RCPT": ["550 nobody"]}, {"CONTENT": ["554 spam"]}])
async def test_every_refusal_of_the_letter_itself_is_for_good(answers: dict[str, list[str]]) -> None:
    async with scripted(answers) as server:
        mailer = Mailer(server.url, SENDER)
        with pytest.raises(MailRefused):
            await mailer.send(mail(), SOMEBODY)
        await mailer.close()


@pytest.mark.parametrize("goodbye", ["drop", "421 you were idle"])
async def test_a_connection_that_the_server_closed_while_idle_costs_no_letter(goodbye: str) -> None:
    async with scripted({"MAIL": ["250 fine", goodbye, "250 fine"]}) as server:
        mailer = Mailer(server.url, SENDER)
        await mailer.send(mail(number=1), SOMEBODY)
        await mailer.send(mail(number=2), SOMEBODY)
        await mailer.close()
        assert server.connections == 2
        assert sum(line == "DATA" for line in server.heard) == 2


async def test_a_letter_that_may_have_been_taken_is_not_sent_a_second_time_at_once() -> None:
    async with scripted({"CONTENT": ["250 taken", "drop"]}) as server:
        mailer = Mailer(server.url, SENDER)
        await mailer.send(mail(number=1), SOMEBODY)
        with pytest.raises(MailDeferred):
            await mailer.send(mail(number=2), SOMEBODY)
        await mailer.close()
        assert sum(line == "DATA" for line in server.heard) == 2


async def test_a_letter_cut_off_in_the_middle_leaves_a_clean_connection_for_the_next() -> None:
    async with scripted({"RCPT": ["hush", "250 fine"]}) as server:
        mailer = Mailer(server.url, SENDER)
        cut = asyncio.create_task(mailer.send(mail(number=1), SOMEBODY))
        await server.silent.wait()
        cut.cancel()
        with pytest.raises(asyncio.CancelledError):
            await cut
        await mailer.send(mail(number=2), SOMEBODY)
        await mailer.close()
        assert server.connections == 2


async def test_a_chinese_address_goes_only_where_the_server_takes_it(tmp_path: Path) -> None:
    wide = "某人@例子.example"
    async with inbox(tmp_path) as box:
        mailer = Mailer(box.url, SENDER)
        await mailer.send(mail(), wide)
        await mailer.close()
        assert len(box.letters()) == 1
    async with scripted({}) as server:
        mailer = Mailer(server.url, SENDER)
        with pytest.raises(MailRefused):
            await mailer.send(mail(), wide)
        await mailer.close()


async def test_a_server_that_is_not_there_is_told_without_waiting() -> None:
    server = await asyncio.start_server(lambda r, w: None, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    server.close()
    await server.wait_closed()
    with pytest.raises(MailDeferred):
        await Mailer(f"smtp://127.0.0.1:{port}", SENDER).send(mail(), SOMEBODY)


@pytest.mark.parametrize(
    ("url", "server"),
    [
        ("smtp://mail.example.org", Server("mail.example.org", 25)),
        ("smtp://u:p@mail.example.org?starttls=1", Server("mail.example.org", 587, "u", "p", starttls=True)),
        ("smtps://u%40x:p%2F@mail.example.org", Server("mail.example.org", 465, "u@x", "p/", tls=True)),
        ("smtp://[::1]:1025?starttls=0", Server("::1", 1025)),
    ],
)
def test_one_address_says_where_the_mail_server_is_and_how_to_sign_in(url: str, server: Server) -> None:
    assert read_url(url) == server


@pytest.mark.parametrize(
    "url", ["", "mail.example.org", "http://x", "smtp://", "smtps://x?starttls=1", "smtp://x?tls=1"]
)
def test_an_address_that_cannot_be_read_names_the_field(url: str) -> None:
    with pytest.raises(BadInput) as error:
        read_url(url)
    assert error.value.field == "smtp_url"


def test_a_password_is_never_shown() -> None:
    assert "secret" not in repr(read_url("smtp://u:secret@x"))


def test_the_trust_of_a_test_is_a_real_one(tmp_path: Path) -> None:
    _, trust = certificate(tmp_path)
    assert trust.verify_mode is ssl.CERT_REQUIRED
