from __future__ import annotations

from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from runtime.keys import Key, Keyring, keyring, rotate
from runtime.links import ApprovalLink, BadLink, Links

LINKS = Links(Keyring((Key("one", b"1" * 32),)), "https://complaints.example/")


def token_of(url: str) -> str:
    return urlsplit(url).path.removeprefix("/approvals/")


def test_a_link_is_for_one_person_one_case_one_approval_one_round() -> None:
    url = LINKS.approval("c1", "zhou", "leader", 2)
    assert url.startswith("https://complaints.example/approvals/")
    link = LINKS.read_approval(token_of(url))
    assert (link.case_id, link.person, link.approval, link.round) == ("c1", "zhou", "leader", 2)


def test_every_link_has_an_id_of_its_own() -> None:
    urls = [LINKS.approval("c1", "zhou", "leader", 1) for _ in range(50)]
    assert len({LINKS.read_approval(token_of(url)).id for url in urls}) == 50


def test_a_token_stays_whole_in_a_letter() -> None:
    token = token_of(LINKS.approval("c" * 32, "general_manager", "leader", 12))
    assert len(token) < 200
    assert all(sign.isalnum() or sign in "-_." for sign in token)


def test_a_link_with_one_changed_sign_opens_nothing() -> None:
    token = token_of(LINKS.approval("c1", "zhou", "leader", 1))
    # The last sign of base64 holds bits that mean nothing, so it may change.
    for place in range(len(token) - 1):
        for sign in {"A", "z", "."} - {token[place]}:
            with pytest.raises(BadLink):
                LINKS.read_approval(token[:place] + sign + token[place + 1 :])


@given(st.text(max_size=200))
@example("x" * 3000)
def test_whatever_somebody_types_is_a_bad_link_and_nothing_worse(text: str) -> None:
    with pytest.raises(BadLink):
        LINKS.read_approval(text)


def test_links_that_went_out_before_a_new_key_still_open(tmp_path: Path) -> None:
    token = token_of(Links(keyring(tmp_path, "links"), "https://x.example").approval("c1", "zhou", "leader", 1))
    later = Links(rotate(tmp_path, "links"), "https://x.example")
    assert isinstance(later.read_approval(token), ApprovalLink)


def test_a_complainant_follows_the_case_by_number_and_code() -> None:
    parts = urlsplit(LINKS.tracking("TS/2026-1", "K7 P"))
    assert parts.path == "/track"
    assert parse_qs(parts.query) == {"number": ["TS/2026-1"], "code": ["K7 P"]}
