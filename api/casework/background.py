"""What somebody should have before the eyes while filling in an action's form: the words that it is about."""

from __future__ import annotations

from api.casework.names import Names
from api.context import House
from records.values import CaseRecord

_ABOUT: dict[str, tuple[str, ...]] = {
    "endorse": ("about", "cause", "measures", "corrective"),
    "approve": ("about", "cause", "measures", "corrective"),
    "return": ("about", "cause", "measures", "corrective"),
    "vote": ("about", "cause", "measures", "corrective"),
    "revoke": ("cause", "measures"),
    "propose": ("about", "demand", "instruction", "finding"),
    "implement": ("measures", "requirements"),
    "verify": ("measures", "requirements", "done"),
    "reply": ("about", "demand", "cause", "measures", "done"),
    "revisit": ("about", "reply"),
    "answer": ("question",),
    "consent": ("measures", "result"),
    "object": ("measures",),
    "reopen": ("reply", "comment"),
}
_USUAL = ("about", "demand")


async def background(the: House, case: CaseRecord, names: Names, action: str) -> list[tuple[str, str]]:
    """Labels and words, as they were last written."""
    texts = await the.records.contents(case.case_id)
    last: dict[str, str] = {}
    for event in await the.records.events(case.case_id):
        if event.content is not None:
            last |= {name: words for name, words in texts.get(event.content.id, {}).items() if words}
            if event.event == "returned" and "reason" in last:
                last["returned_reason"] = last["reason"]
    found = [(names.field(name), last[name]) for name in _ABOUT.get(action, _USUAL) if name in last]
    if action == "propose" and "returned_reason" in last:
        found.insert(0, (names.field("reason", "return"), last["returned_reason"]))
    return found
