"""As much of JSON Schema as the schemas of this project use: enough to ask whether a value fits one."""

from __future__ import annotations

import re
from typing import Any

TYPES: dict[str, tuple[type, ...]] = {
    "object": (dict,), "array": (list,), "string": (str,), "boolean": (bool,), "null": (type(None),),
    "integer": (int,), "number": (int, float),
}  # fmt: skip
KNOWN = {
    "$defs", "$ref", "anyOf", "type", "enum", "const", "pattern", "properties", "required", "additionalProperties",
    "items", "title", "description", "default", "examples", "format",
}  # fmt: skip


def fits(schema: dict[str, Any] | bool, value: Any, root: dict[str, Any]) -> bool:
    """Whether the value fits the schema; `root` holds what its references name. AssertionError: a word not known."""
    if isinstance(schema, bool):
        return schema
    assert set(schema) <= KNOWN, set(schema) - KNOWN
    if "$ref" in schema and not fits(root["$defs"][schema["$ref"].removeprefix("#/$defs/")], value, root):
        return False
    if "anyOf" in schema and not any(fits(one, value, root) for one in schema["anyOf"]):
        return False
    if "type" in schema and not _of_type(schema["type"], value):
        return False
    if value not in schema.get("enum", [value]) or value != schema.get("const", value):
        return False
    if isinstance(value, str):
        return re.search(schema.get("pattern", ""), value) is not None
    if isinstance(value, list):
        return all(fits(schema.get("items", True), one, root) for one in value)
    return not isinstance(value, dict) or _object(schema, value, root)


def _of_type(name: str, value: Any) -> bool:
    return isinstance(value, TYPES[name]) and (name == "boolean" or not isinstance(value, bool))


def _object(schema: dict[str, Any], value: dict[str, Any], root: dict[str, Any]) -> bool:
    fields, others = schema.get("properties", {}), schema.get("additionalProperties", True)
    return set(schema.get("required", ())) <= set(value) and all(
        fits(fields.get(name, others), one, root) for name, one in value.items()
    )
