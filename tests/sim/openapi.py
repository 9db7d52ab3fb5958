"""GitHub's OpenAPI description as JSON Schema: which schema answers which call, and what is wrong with an answer."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator, FormatChecker
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

ROOT = "urn:github"


class OpenApi:
    """The description, loaded once."""

    def __init__(self, file: Path) -> None:
        self.description: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
        _nullable(self.description)
        resource = Resource.from_contents(self.description, default_specification=DRAFT202012)
        self._registry = Registry().with_resource(ROOT, resource)
        self._patterns = [
            (re.compile(re.sub(r"\\\{(\w+)\\\}", r"[^/]+", re.escape(path)) + r"\Z"), path)
            for path in sorted(self.description["paths"], key=lambda path: path.count("{"))
        ]

    def template(self, path: str) -> str:
        """The path template that a path belongs to."""
        path = re.sub(r"/contents/?\Z", "/contents/{path}", path)  # the root is the empty path
        for pattern, template in self._patterns:
            if pattern.match(path):
                return template
        if match := re.match(r"(/repos/[^/]+/[^/]+/(?:contents|git/refs?|git/matching-refs|branches|compare))/", path):
            stem = re.sub(r"/repos/[^/]+/[^/]+", "/repos/{owner}/{repo}", match[1])
            return next(t for t in self.description["paths"] if re.fullmatch(re.escape(stem) + r"/\{\w+\}", t))
        raise AssertionError(f"GitHub describes no {path}")

    def errors(self, method: str, path: str, status: int, body: Any) -> list[str]:
        """What is wrong with an answer; a status that GitHub does not describe is wrong too."""
        operation = self.description["paths"][self.template(path)].get(method.lower())
        if operation is None:
            return [f"GitHub describes no {method} {path}"]
        response = operation["responses"].get(str(status))
        if response is None:
            return [f"GitHub describes no status {status} for {method} {path}"]
        while "$ref" in response:
            response = self._resolve(response["$ref"])
        content = response.get("content", {}).get("application/json")
        if content is None:
            return []
        schema = (
            {"$ref": content["schema"]["$ref"].replace("#", f"{ROOT}#")}
            if "$ref" in content["schema"]
            else (_absolute(content["schema"]))
        )
        validator = Draft202012Validator(schema, registry=self._registry, format_checker=FormatChecker())
        return [f"{error.json_path}: {error.message[:300]}" for error in validator.iter_errors(body)]

    def request_errors(self, method: str, path: str, body: Any) -> list[str]:
        """What is wrong with a request's body, by GitHub's description."""
        operation = self.description["paths"][self.template(path)].get(method.lower())
        if operation is None:
            return [f"GitHub describes no {method} {path}"]
        described = operation.get("requestBody")
        if described is None:
            return [] if body in (None, {}) else [f"{method} {path} takes no body"]
        if body is None:
            return [f"{method} {path} needs a body"] if described.get("required") else []
        schema = _absolute(described["content"]["application/json"]["schema"])
        validator = Draft202012Validator(schema, registry=self._registry, format_checker=FormatChecker())
        wrong = [f"{error.json_path}: {error.message[:300]}" for error in validator.iter_errors(body)]
        known = schema.get("properties")
        unknown = sorted(set(body) - set(known)) if known and isinstance(body, dict) else []
        return wrong + [f"$.{name}: GitHub knows no such field" for name in unknown]

    def _resolve(self, ref: str) -> Any:
        value: Any = self.description
        for part in ref.removeprefix("#/").split("/"):
            value = value[part]
        return value


def _nullable(node: Any) -> None:
    """OpenAPI 3.0's `nullable` as JSON Schema knows it."""
    if isinstance(node, list):
        for item in node:
            _nullable(item)
    elif isinstance(node, dict):
        for item in node.values():
            _nullable(item)
        if isinstance(node.get("oneOf"), list):  # GitHub's alternatives overlap: one error body is of two kinds
            node["anyOf"] = node.pop("oneOf")
        if node.get("nullable") is True:
            if isinstance(node.get("type"), str):
                node["type"] = [node["type"], "null"]
            if isinstance(node.get("enum"), list) and None not in node["enum"]:
                node["enum"].append(None)
            for name in ("allOf", "anyOf"):
                if name in node:
                    choice = {name: node.pop(name)}
                    node["anyOf"] = [choice, {"type": "null"}]


def _absolute(node: Any) -> Any:
    if isinstance(node, dict):
        return {key: value.replace("#", f"{ROOT}#", 1) if key == "$ref" else _absolute(value)
                for key, value in node.items()}  # fmt: skip
    return [_absolute(item) for item in node] if isinstance(node, list) else node
