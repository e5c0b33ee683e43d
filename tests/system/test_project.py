"""The project's own files agree with each other."""

import re
import tomllib

import yaml
from packaging.requirements import Requirement
from project import ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def test_environment_yml_is_equal_to_pyproject():
    environment = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))
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
    words = yaml.safe_load((ROOT / "yxq" / "words" / "words.yml").read_text(encoding="utf-8"))
    code = "".join(
        p.read_text(encoding="utf-8")
        for p in (ROOT / "yxq").rglob("*.*")
        if p.suffix in (".py", ".html")
    )
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
                assert re.search(rf"\b{key}\b", code), f"{section}.{key} is said nowhere"


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
