"""People's names, contacts and words live in the records alone: never in what the engine shows or the logs keep."""

from __future__ import annotations

import ast
import importlib

from tests.guards.sources import HOUSE, own_files, part, place, tree

PERSONAL = {"name", "phone", "mobile", "email", "mail", "address", "complainant", "contact", "text", "about", "person"}

LOGGERS = {"log", "_log", "logger", "_logger"}
LEVELS = {"debug", "info", "warning", "error", "exception", "critical"}


def test_no_search_attribute_speaks_of_a_person() -> None:
    keys = importlib.import_module("workflows.attributes").KEYS
    words = {key.name: set(split(key.name)) for key in keys}
    assert {name: found & PERSONAL for name, found in words.items() if found & PERSONAL} == {}


def test_no_log_line_names_a_field_of_a_person() -> None:
    wrong = []
    for path in own_files():
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.Call) and is_log(node.func):
                extras = [key for word in node.keywords for key in names_of(word)]
                wrong += [f"{place(path, node.lineno)} logs {key}" for key in extras if key in PERSONAL]
    assert wrong == []


def test_nobody_prints_but_the_console() -> None:
    wrong = [
        place(path, node.lineno)
        for path in own_files()
        if path.relative_to(HOUSE).as_posix() != "commands/console.py"
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "print"
    ]
    assert wrong == []


def test_nothing_reads_the_environment_but_the_settings_and_what_starts_processes() -> None:
    may = {"runtime/settings.py", "commands/parts.py"}
    wrong = [
        place(path, node.lineno)
        for path in own_files()
        if path.relative_to(HOUSE).as_posix() not in may and part(path) != "tests"
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Attribute)
        and node.attr in ("environ", "getenv")
        and getattr(node.value, "id", "") == "os"
    ]
    assert wrong == []


def is_log(function: ast.expr) -> bool:
    if not isinstance(function, ast.Attribute) or function.attr not in LEVELS:
        return False
    target = function.value
    word = target.attr if isinstance(target, ast.Attribute) else getattr(target, "id", "")
    return word in LOGGERS


def names_of(word: ast.keyword) -> list[str]:
    if word.arg == "extra" and isinstance(word.value, ast.Dict):
        return [key.value for key in word.value.keys if isinstance(key, ast.Constant) and isinstance(key.value, str)]
    return [word.arg] if word.arg else []


def split(name: str) -> list[str]:
    """`ComplaintDueDate` → complaint, due, date."""
    spaced = "".join(f" {sign.lower()}" if sign.isupper() else sign for sign in name)
    return spaced.replace("_", " ").replace("-", " ").split()
