"""The project's own files agree with each other."""

import dataclasses
import importlib
import inspect
import pkgutil
import re
import tomllib

from packaging.requirements import Requirement
from project import ROOT, read_yaml
from pydantic import BaseModel

import yxq

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def test_environment_yml_is_equal_to_pyproject():
    environment = read_yaml(ROOT / "environment.yml")
    pip = next(d["pip"] for d in environment["dependencies"] if isinstance(d, dict))
    wanted = set(PROJECT["dependencies"]) | set(PROJECT["optional-dependencies"]["dev"])
    assert set(pip) - {"-e ."} == wanted and "-e ." in pip
    assert f"python{PROJECT['requires-python']}" in environment["dependencies"]


def test_the_lock_pins_every_dependency_with_hashes_and_no_address():
    text = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    pinned = dict(re.findall(r"^([a-z0-9-]+)==([^ ;\\]+)", text, re.M))
    for line in PROJECT["dependencies"] + PROJECT["optional-dependencies"]["dev"]:
        requirement = Requirement(line)
        assert requirement.specifier.contains(pinned[requirement.name.lower()]), line
    assert "://" not in text and "index-url" not in text and "find-links" not in text
    assert text.count("--hash=sha256:") > len(pinned)
    assert not (ROOT / "uv.lock").exists()


def test_no_wording_lacks_a_language_and_none_is_unused():
    words = read_yaml(ROOT / "yxq" / "words" / "words.yml")
    code = {
        word
        for p in (ROOT / "yxq").rglob("*.*")
        if p.suffix in (".py", ".html")
        for word in re.findall(r"\w+", p.read_text(encoding="utf-8"))
    }
    for section, entries in words.items():
        for key, said in entries.items():
            assert {"zh", "en"} <= set(said), (section, key)
            assert set(re.findall(r"\{(\w+)", said["zh"].lower())) == set(
                re.findall(r"\{(\w+)", said["en"].lower())
            ), (section, key)
            mend = said.get("mend", {"zh": "", "en": ""})
            places = [set(re.findall(r"\{\d\}", mend[language])) for language in ("zh", "en")]
            assert places[0] == places[1], (section, key)
            if section in ("text", "reasons", "requirements") and not key.startswith(
                "bad_"
            ):  # bad_<type of column>
                assert key in code, f"{section}.{key} is said nowhere"


def test_the_folder_listing_explains_the_program():
    assert {p.name for p in ROOT.iterdir()} >= {
        "notebooks",
        "yxq",
        "data",
        "tests",
        "environment.yml",
        "pyproject.toml",
        "Makefile",
        "README.md",
        "LICENSE",
        "requirements.lock",
    }
    assert (ROOT / "data" / "raw").is_dir() and (ROOT / "data" / "processed").is_dir()


# Those that are filled while a file, a sheet, a folder or a page is worked on.
FILLED = {
    "documents.outline": {"_Outline"},
    "documents.read.document": {"Reading"},
    "plan_folders.draft": {"Made"},
    "plan_folders.reading": {"Reading"},
    "report.notebook": {"Begun"},
    "returns.blank.rules": {"Lists"},
    "returns.column_values": {"ColumnReader"},
    "returns.demo_rows": {"Due"},
    "returns.intake": {"_Done"},
    "returns.parse": {"_Rows"},
    "returns.read.archive": {"Look", "_Reach"},
    "returns.records": {"Changes"},
    "returns.returned": {"Returned"},
    "returns.sheet_read": {"SheetRead"},
    "returns.totals": {"Tally"},
    "warm.bound": {"Bound"},
}


def test_what_is_handed_on_cannot_be_changed():
    """Data classes and models are frozen, but those that are being filled, and pages."""
    mutable: dict[str, set[str]] = {}
    for module in pkgutil.walk_packages(yxq.__path__, "yxq."):
        defined = vars(importlib.import_module(module.name)).values()
        for each in filter(inspect.isclass, defined):
            if each.__module__ != module.name:
                continue
            if dataclasses.is_dataclass(each):
                frozen = each.__dataclass_params__.frozen
            else:
                frozen = not issubclass(each, BaseModel) or each.model_config.get("frozen")
            if not frozen:
                mutable.setdefault(module.name.removeprefix("yxq."), set()).add(each.__name__)
    assert {name: mutable[name] for name in mutable if "report.pages" not in name} == FILLED
