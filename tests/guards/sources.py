"""The house's own source files, for the guards."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

HOUSE = Path(__file__).resolve().parents[2]
PACKAGES = ("complaints", "records", "activities", "workflows", "runtime", "templates", "api", "commands")
ROOTS = ("cli", "worker")


def own_files() -> list[Path]:
    """Every Python file of the house but its tests."""
    found = [path for name in PACKAGES for path in (HOUSE / name).rglob("*.py")]
    return sorted(found + [HOUSE / f"{name}.py" for name in ROOTS])


def all_files() -> list[Path]:
    """Every Python file of the house, tests included."""
    return own_files() + sorted((HOUSE / "tests").rglob("*.py"))


@cache
def tree(path: Path) -> ast.Module:
    """The file's syntax tree."""
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


def part(path: Path) -> str:
    """The package (or root module) that a file belongs to."""
    return path.relative_to(HOUSE).parts[0].removesuffix(".py")


def imports(path: Path) -> Iterator[tuple[int, str]]:
    """Line and full module name of every import, wherever in the file it stands."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            if node.level:
                yield node.lineno, "." * node.level + (node.module or "")
            elif node.module:
                yield from ((node.lineno, f"{node.module}.{alias.name}") for alias in node.names)


def place(path: Path, line: int) -> str:
    """`file:line` as an editor takes it."""
    return f"{path.relative_to(HOUSE)}:{line}"
