from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from complaints.errors import Unauthenticated
from runtime.keys import Key, Keyring, new_key
from runtime.links import Links
from runtime.tokens import BadToken, Tokens

RING = Keyring((Key("one", b"1" * 32),))
TOKENS = Tokens(RING)


def test_a_token_says_who_acts_for_which_procedure_until_when() -> None:
    made = TOKENS.issue("zhou", ("leader",), "property-developer", lasts=timedelta(hours=1), now=1000)
    bearer = TOKENS.read(made, now=4599)
    assert (bearer.person, bearer.roles, bearer.procedure, bearer.expires) == (
        "zhou",
        ("leader",),
        "property-developer",
        4600,
    )


def test_a_token_ends_with_its_time() -> None:
    made = TOKENS.issue("zhou", ("leader",), lasts=timedelta(hours=1), now=1000)
    with pytest.raises(BadToken, match="past its time"):
        TOKENS.read(made, now=4600)


def test_a_token_of_another_installation_is_refused() -> None:
    made = Tokens(Keyring((new_key(),))).issue("zhou", ("admin",))
    with pytest.raises(Unauthenticated):
        TOKENS.read(made)


def test_the_token_of_a_mailed_link_is_no_bearer_token() -> None:
    link = Links(RING, "https://x.example").approval("c1", "zhou", "leader", 1)
    with pytest.raises(BadToken):
        TOKENS.read(link.rpartition("/")[2])


@given(st.text(max_size=200))
@example("x" * 3000)
def test_whatever_somebody_sends_is_a_bad_token_and_nothing_worse(text: str) -> None:
    with pytest.raises(BadToken):
        TOKENS.read(text)
