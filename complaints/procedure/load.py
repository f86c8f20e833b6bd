"""Reads procedure, directory and scenario files; every fault is named with file, line and field."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from complaints.calendar import Published
from complaints.errors import ProcedureError
from complaints.people import Directory
from complaints.procedure import quick
from complaints.procedure.model import Procedure

M = TypeVar("M", bound=BaseModel)


class Faults(ProcedureError):
    """All faults of one file together; `faults` holds them one by one."""

    def __init__(self, faults: list[ProcedureError]) -> None:
        first = faults[0]
        super().__init__(first.file, first.line, first.field, first.what, first.mend)
        self.faults = faults
        self.text = "\n".join(f.text for f in faults)
        self.args = (self.text,)


def load_procedure(path: Path) -> Procedure:
    """The procedure of a YAML file; raises `Faults` with every fault of the file."""
    return read(path, Procedure)


def load_directory(path: Path) -> Directory:
    """The directory of people of a YAML file; raises `Faults`."""
    return read(path, Directory)


def load_published(path: Path) -> Published:
    """The published holidays of a YAML file; raises `Faults`."""
    return read(path, Published)


def freeze(procedure: Procedure) -> str:
    """The procedure as JSON, as a case carries it; columns and choices keep the order of the file."""
    dumped = procedure.model_dump(mode="json", by_alias=True, exclude_defaults=True)
    return json.dumps(dumped, ensure_ascii=False, separators=(",", ":"))


def parse(path: Path) -> Any:
    """The plain content of a YAML file with positions; raises `Faults` for what is not YAML."""
    try:
        return YAML(typ="rt").load(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise Faults([ProcedureError(str(path), 0, "", f"cannot be read: {error.strerror}.")]) from error
    except UnicodeDecodeError as error:
        raise Faults([ProcedureError(str(path), 0, "", "is not UTF-8 text.", "Save it as UTF-8.")]) from error
    except MarkedYAMLError as error:
        mark = error.problem_mark
        line = mark.line + 1 if mark else 0
        text = f"is not YAML: {error.problem}."
        raise Faults([ProcedureError(str(path), line, "", text, "Check indentation and colons there.")]) from error
    except YAMLError as error:
        text = "holds characters that no YAML file may hold."
        raise Faults([ProcedureError(str(path), 0, "", text, "Save it as plain UTF-8 text.")]) from error
    except ValueError as error:
        # Something that looks like a date and is none; the reader of YAML does not tell where.
        raise Faults([ProcedureError(str(path), 0, "", f"holds a date that there is not: {error}.")]) from error


def read(path: Path, model: type[M]) -> M:
    """A YAML file as `model`; raises `Faults` naming file, line and field of everything that is wrong."""
    try:
        # A hundred times as fast as with positions, which only a faulty file needs.
        return model.model_validate(quick.load(path.read_text(encoding="utf-8")))
    except (OSError, YAMLError, ValueError):
        return _read_with_positions(path, model)


def _read_with_positions(path: Path, model: type[M]) -> M:
    tree = parse(path)
    if not isinstance(tree, CommentedMap):
        raise Faults([ProcedureError(str(path), 1, "", "holds no fields.", "Start with `id: …`.")])
    try:
        return model.model_validate(plain(tree))
    except ValidationError as error:
        faults = []
        for found in error.errors(include_url=False):
            field = ".".join(str(part) for part in found["loc"])
            what, mend = _words(found["type"], found["msg"], found.get("input"))
            faults.append(ProcedureError(str(path), line_of(tree, found["loc"]), field, what, mend))
        raise Faults(faults) from error


def plain(node: Any) -> Any:
    """YAML nodes as plain dicts, lists and scalars."""
    if isinstance(node, CommentedMap):
        return {str(key): plain(value) for key, value in node.items()}
    if isinstance(node, CommentedSeq):
        return [plain(value) for value in node]
    if isinstance(node, bool) or node is None:
        return node
    for kind in (int, float, str):
        if isinstance(node, kind):
            return kind(node)
    return node


def line_of(tree: Any, loc: tuple[str | int, ...]) -> int:
    """The line (from 1) of the deepest part of `loc` that the file really has."""
    node, line = tree, 1
    for part in loc:
        try:
            if isinstance(node, CommentedMap) and part in node:
                line = node.lc.key(part)[0] + 1
                node = node[part]
            elif isinstance(node, CommentedSeq) and isinstance(part, int) and part < len(node):
                line = node.lc.item(part)[0] + 1
                node = node[part]
        except (KeyError, TypeError, AttributeError):
            break
    return line


def _words(kind: str, message: str, given: Any) -> tuple[str, str]:
    if kind == "extra_forbidden":
        return "is not a field of this part.", "Check the spelling, or remove it."
    if kind == "missing":
        return "is missing.", "Add it."
    text = message.removeprefix("Value error, ")
    shown = f" (given: {given!r})" if isinstance(given, str | int | float) else ""
    return f"{text}{shown}.", ""
