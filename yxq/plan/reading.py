"""Files of a plan folder through their models: YAML and CSV, the first mistake told by file, key,
value and mend.
"""

from __future__ import annotations

import csv
import re
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from yxq.words.errors import PlanError


class PlanLoader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """YAML that refuses a key written twice, which the plain loader takes; in C where that is
    built.
    """


def _unique_keys(loader: yaml.SafeLoader, node: yaml.MappingNode) -> dict[Any, Any]:
    seen: set[str] = set()
    for key, _ in node.value:
        if key.value in seen:
            problem = f"the key {key.value!r} is written twice"
            raise yaml.MarkedYAMLError(problem=problem, problem_mark=key.start_mark)
        seen.add(key.value)
    return yaml.SafeLoader.construct_mapping(loader, node, deep=True)


# The plain words of YAML 1.2, as editors read them: 015 is no octal number, 1:30 none at all, and a
# date stays as written. Each with the characters that it may begin with.
PLAIN_WORDS = {
    "null": ("~|null|Null|NULL|", ["~", "n", "N", ""]),
    "bool": ("true|True|TRUE|false|False|FALSE", list("tTfF")),
    "int": ("[-+]?(?:0|[1-9][0-9]*)", list("-+0123456789")),
    "float": (r"[-+]?(?:[0-9]+\.[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?", list("-+.0123456789")),
}
PlanLoader.yaml_implicit_resolvers = {}
for _name, (_pattern, _first) in PLAIN_WORDS.items():
    _tag = f"tag:yaml.org,2002:{_name}"
    PlanLoader.add_implicit_resolver(_tag, re.compile(f"^(?:{_pattern})$"), _first)
PlanLoader.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _unique_keys)


def read_yaml(path: Path, model: type[Any]) -> Any:
    """A YAML file through a model; raises `PlanError`."""
    return validated(path, model, content_of(path))


def content_of(path: Path) -> Any:
    """What a YAML file holds; raises `PlanError`."""
    try:
        return yaml.load(_text(path), PlanLoader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = f" line {mark.line + 1}" if mark else ""
        problem = " ".join(str(getattr(error, "problem", error)).split())
        raise PlanError(f"{path.name}{line}: not valid YAML: {problem}") from None
    except (ValueError, TypeError) as error:  # a date that is none, a list as a key
        raise PlanError(f"{path.name}: not valid YAML: {error}") from None


def validated(path: Path, model: type[Any], content: Any) -> Any:
    """What a file holds through a model; raises `PlanError`."""
    try:
        return model.model_validate(content)
    except ValidationError as error:
        raise _first_mistake(path, error, content) from None


def read_csv(path: Path, model: type[Any]) -> tuple[Any, ...]:
    """The rows of a CSV file, each through a model; raises `PlanError`."""
    rows = []
    for line, row in enumerate(csv.DictReader(_text(path).splitlines()), start=2):
        try:
            rows.append(model.model_validate(row))
        except ValidationError as error:
            raise PlanError(f"{_first_mistake(path, error)} in line {line}") from None
    return tuple(rows)


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except OSError:
        holds = "a plan folder holds units.csv, forms.yml and <year>.yml"
        raise PlanError(f"{path}: there is no such file; {holds}") from None
    except UnicodeDecodeError:
        raise PlanError(f"{path.name}: not UTF-8; save the file as UTF-8") from None


def _first_mistake(path: Path, error: ValidationError, content: Any = None) -> PlanError:
    """A model's first mistake; an item of a list is named by its id where it has one."""
    first, count = error.errors()[0], error.error_count()
    keys = []
    for part in first["loc"]:
        if isinstance(content, list) and isinstance(part, int) and part < len(content):
            content = content[part]
            keys.append(
                str(content["id"] if isinstance(content, dict) and "id" in content else part)
            )
        else:
            content = content.get(part) if isinstance(content, dict) else None
            keys.append(str(part))
    where = ": ".join(filter(None, (path.name, ".".join(keys))))
    given, message = first["input"], first["msg"].removeprefix("Value error, ")
    value = f" (value {given!r})" if isinstance(given, str | int | float) else ""
    more = f"; and {count - 1} more" if count > 1 else ""
    return PlanError(f"{where}: {message}{value}{more}")
