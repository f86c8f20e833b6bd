"""The crash harness's judgements can fail: each is shown what it is there to find."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

import pytest

from commands.chaos.faults import KINDS, Window
from commands.chaos.letters import NOTED, PANEL, Post, expected, late
from commands.chaos.proof import PUNCTUAL, SILENCE, Proof
from complaints.case import Event
from complaints.vocabulary import CLOCK
from records.values import NoticeRow

ROW = NoticeRow("r1", "c", "4-approval_request-leader-mail", 4, "approval_request", "leader", "mail", "x-leader", "",
    "sent", "<r1@x>", 1000, 1001, "", 1)  # fmt: skip
ASKED = Event(5, 1001, "notified", "", "system", {"letter": "approval_request", "round": 1, "notice": ROW.notice})


def deemed(at: int) -> Event:
    return Event(9, at, "deemed_approved", "", CLOCK, {"round": 1})


def post(*arrivals: float, dropped: int = 0, windows: Sequence[Window] = ()) -> Post:
    return Post({ROW.message_id: arrivals}, Counter({ROW.message_id: dropped}), windows)


def test_a_second_copy_for_no_reason_is_a_duplicate() -> None:
    assert post(1000, 1030).doubled(ROW.message_id) == (0, 1)


@pytest.mark.parametrize("kind", KINDS)
def test_only_the_death_of_sender_or_receiver_between_acceptance_and_row_explains_a_second_copy(
    kind: str,
) -> None:
    known = kind in ("kill worker", "kill inbox", "kill all")
    within, before, after = Window(kind, 1001, 1009), Window(kind, 990, 999), Window(kind, 1001 + NOTED, 1020)
    assert post(1000, 1030, windows=[within]).doubled(ROW.message_id) == (int(known), int(not known))
    for elsewhere in (before, after):
        assert post(1000, 1030, windows=[elsewhere]).doubled(ROW.message_id) == (0, 1)


def test_each_letter_kept_without_a_word_explains_one_further_copy_and_no_more() -> None:
    assert post(1000, 1030, 1060, dropped=1).doubled(ROW.message_id) == (1, 1)


def test_letters_are_expected_by_what_happened_and_by_all_of_a_panel() -> None:
    events = [Event(1, 0, name, "", "", {}) for name in ("registered", "proposed", "deemed_approved", "noted")]
    assert expected(events, panel=False) == {"acknowledgement": 1, "approval_request": 1, "deemed_approval": 2}
    assert expected(events, panel=True)["approval_request"] == PANEL


def test_what_was_promised_and_is_not_recorded_is_lost_and_what_nobody_did_diverges() -> None:
    events = [Event(3, 0, "assessed", "x-desk", "csd", {}, key="k")]
    for told, lost, diverged in (({"assessed": 1}, 0, 0), ({"assessed": 1, "replied": 1}, 1, 0), ({}, 0, 1)):
        proof = Proof()
        proof.done("X1", told, events)
        assert (len(proof.lost), len(proof.diverged)) == (lost, diverged)


@pytest.mark.parametrize(
    ("events", "came", "unfair"),
    [
        ([ASKED, deemed(1001 + SILENCE)], (1000.5,), 0),
        ([ASKED, deemed(1000 + SILENCE)], (1000.5,), 1),
        ([ASKED, deemed(1001 + SILENCE)], (), 1),
        ([ASKED, deemed(1001 + SILENCE)], (1030.0,), 1),
        ([deemed(1001 + SILENCE)], (1000.5,), 1),
    ],
)
def test_silence_counts_only_after_a_letter_that_came_and_in_full(
    events: list[Event], came: tuple[float, ...], unfair: int
) -> None:
    proof = Proof()
    proof.fair("X1", events, [ROW], post(*came))
    assert len(proof.unfair) == unfair


def test_a_letter_is_late_by_the_time_in_which_nothing_was_broken() -> None:
    cause = Event(4, 1000, "proposed", "x-head", "responsible", {})
    row = replace(ROW, sent_at=1300)
    assert late([cause], [row], []) == 300 > PUNCTUAL
    assert late([cause], [row], [Window("mail refuse", 900, 1250)]) == 50
    assert late([replace(cause, role=CLOCK)], [row], []) == 240
