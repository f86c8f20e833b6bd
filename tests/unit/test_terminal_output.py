"""What commands show in a terminal: columns that line up, timelines that say each thing once, work on all cores."""

from __future__ import annotations

from commands.columns import lay_out
from commands.cores import spread
from commands.timeline import table
from complaints.scenario.judge import judge
from complaints.scenario.play import Play
from complaints.scenario.story import tell
from tests.support.stories import HOUSE, SILENCE


def twice(number: int) -> int:
    return 2 * number


def test_work_is_spread_and_comes_back_in_order() -> None:
    assert list(spread(twice, range(50))) == [2 * number for number in range(50)]
    assert list(spread(twice, [])) == []


def test_columns_line_up_with_chinese_words_and_the_long_one_is_wrapped() -> None:
    rows = [("投诉", "one two three four five six seven", "end"), ("ab", "short", "end")]
    told = list(lay_out(("Who", "What", "Last"), rows, ["", ""], flexible=1, colour=False, width=20))
    assert told == [
        "Who   What                      Last",
        "投诉  one two three four five   end",
        "      six seven",
        "ab    short                     end",
    ]


def test_colour_is_given_only_where_it_is_asked_for() -> None:
    plain, loud = (
        list(lay_out(("A",), [("x",)], ["bold red"], flexible=0, colour=colour, width=80)) for colour in (False, True)
    )
    assert plain == ["A", "x"]
    assert loud == ["\x1b[2mA\x1b[0m", "\x1b[1;31mx\x1b[0m"]


def test_a_timeline_says_day_time_who_what_and_clause_each_once() -> None:
    story = tell(SILENCE, HOUSE / "procedures")
    played = Play(story).run()
    assert played.state is not None
    rows = judge(story, played.events, played.state, [], []).timeline
    text = table("a story", rows, story.rules.procedure, colour=False, width=160)
    title, head, *lines = text.splitlines()
    assert title == "a story"
    assert head.split() == ["Day", "Time", "Event", "Who", "What", "Stage", "Clause"]
    days = [line[:14] for line in lines if line[:14].strip()]
    assert days == sorted(set(days), key=lambda day: day[4:])
    deemed = next(line for line in lines if "deemed_approved" in line)
    assert deemed.split()[-1].startswith("GT-")
    asked = [line for line in lines if "approval_request" in line]
    assert len(asked) == 1
    assert "(leader)" in asked[0]
