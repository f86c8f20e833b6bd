"""Who may import whom (docs/architecture.md): a complaint travels one way through the house."""

from __future__ import annotations

import sys

from tests.guards.sources import HOUSE, PACKAGES, ROOTS, imports, own_files, part, place

MAY_IMPORT = {
    "complaints": set(),
    "records": {"complaints"},
    "templates": {"complaints"},
    "runtime": {"complaints"},
    "activities": {"complaints", "records", "templates"},
    "workflows": {"complaints", "activities"},
    "api": {"complaints", "workflows", "records", "runtime", "templates"},
    "commands": {*PACKAGES, *ROOTS},
    "worker": {*PACKAGES},
    "cli": {*PACKAGES},
}

CORE_STANDS_ON = {"pydantic", "pydantic_core", "ruamel", "holidays"}
"""All that the core takes from outside; `ruamel` in the loader, `holidays` where a calendar is built."""

CORE_NEVER = {"asyncio", "socket", "sqlite3", "subprocess", "threading", "http", "urllib", "smtplib", "random", "time"}


def test_each_package_imports_only_those_below_it() -> None:
    wrong = []
    for path in own_files():
        allowed = MAY_IMPORT[part(path)] | {part(path)}
        for line, module in imports(path):
            top = module.split(".")[0]
            if top in MAY_IMPORT and top not in allowed:
                wrong.append(f"{place(path, line)} imports {module}")
    assert wrong == []


def test_the_law_speaks_of_every_package_that_there_is() -> None:
    found = {path.parent.name for path in HOUSE.glob("*/__init__.py")} - {"tests"}
    assert found == set(PACKAGES)


def test_nothing_is_imported_relatively() -> None:
    found = [place(path, line) for path in own_files() for line, module in imports(path) if module.startswith(".")]
    assert found == []


def test_the_core_knows_no_engine_no_database_no_network_and_no_clock() -> None:
    wrong = []
    for path in (HOUSE / "complaints").rglob("*.py"):
        for line, module in imports(path):
            top = module.split(".")[0]
            outside = top not in sys.stdlib_module_names and top not in CORE_STANDS_ON | {"complaints"}
            if outside or top in CORE_NEVER:
                wrong.append(f"{place(path, line)} imports {module}")
    assert wrong == []


def test_pages_and_workflows_share_no_module_with_the_web_framework() -> None:
    """Importing the web server beside a workflow breaks the sandbox's validation of it."""
    wrong = []
    for path in own_files():
        if part(path) in ("workflows", "activities", "records", "complaints"):
            web = {"fastapi", "starlette", "uvicorn"}
            wrong += [place(path, line) for line, module in imports(path) if module.split(".")[0] in web]
    assert wrong == []


def test_sql_is_written_in_the_records_only() -> None:
    wrong = [
        f"{place(path, line)} imports {module}"
        for path in own_files()
        if part(path) != "records"
        for line, module in imports(path)
        if module.split(".")[0] in {"sqlalchemy", "alembic", "aiosqlite", "asyncpg", "sqlite3"}
    ]
    assert wrong == []
