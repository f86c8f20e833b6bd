"""Reads YAML quickly: libyaml's events made into plain values, without positions.

Whatever it does not read raises `YAMLError`, and the slow way decides: it knows all of YAML, and every fault's place.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.cyaml import CParser  # type: ignore[attr-defined]  # which takes it from a compiled module
from ruamel.yaml.error import YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    StreamEndEvent,
)
from ruamel.yaml.nodes import ScalarNode

_COLON = re.compile(r"(?<=\d):(?=\d)")
_MASK = "\ue000"
"""Stands for the colon of 09:30 while libyaml reads: it refuses one within `{at: 2026-11-30T09:30}`, YAML does not."""

_STRING = "tag:yaml.org,2002:str"
_yaml = YAML(typ="safe", pure=True)


def load(text: str) -> Any:
    """The plain content of a YAML text, times of day as strings; raises `YAMLError`, also for what it does not know."""
    if _MASK in text:
        raise YAMLError("the text holds the mask itself")
    return _Events(CParser(_COLON.sub(_MASK, text))).document()


class _Events:
    """The events of one text, taken one after another."""

    def __init__(self, parser: Any) -> None:
        self.next = parser.get_event
        self.anchors: dict[str, Any] = {}

    def document(self) -> Any:
        """The only document."""
        self.next()  # the stream begins
        self.next()  # and the document
        found = self.value(self.next())
        self.next()
        if not isinstance(self.next(), StreamEndEvent):
            raise YAMLError("there is more than one document")
        return found

    def value(self, event: Any) -> Any:
        """What begins with `event`."""
        if isinstance(event, AliasEvent):
            if event.anchor not in self.anchors:
                raise YAMLError("an alias of nothing, or of what it stands in")
            return self.anchors[event.anchor]
        if isinstance(event, ScalarEvent):
            found = _plain(event.value) if event.implicit[0] else event.value.replace(_MASK, ":")
        elif isinstance(event, SequenceStartEvent):
            found = self._list()
        elif isinstance(event, MappingStartEvent):
            found = self._dict()
        else:
            raise YAMLError("no value")
        if event.tag is not None:
            raise YAMLError("a tag")
        if event.anchor is not None:
            self.anchors[event.anchor] = found
        return found

    def _list(self) -> list[Any]:
        out = []
        while not isinstance(event := self.next(), SequenceEndEvent):
            out.append(self.value(event))
        return out

    def _dict(self) -> dict[Any, Any]:
        out: dict[Any, Any] = {}
        while not isinstance(event := self.next(), MappingEndEvent):
            key = self.value(event)
            if isinstance(key, list | dict) or key in out or key == "<<":
                raise YAMLError("a key that stands twice, or is no plain one")
            out[key] = self.value(self.next())
        return out


@lru_cache(maxsize=16_384)
def _plain(text: str) -> Any:
    """The value of a scalar without quotes."""
    tag = _yaml.resolver.resolve(ScalarNode, text, (True, False))
    if str(tag) == _STRING:
        return text.replace(_MASK, ":")
    return _yaml.constructor.construct_object(ScalarNode(tag, text))
