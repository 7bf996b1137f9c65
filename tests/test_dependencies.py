"""What the program installs: licences that allow its use, and nothing that conflicts or is undeclared."""

import ast
import re
import sys
from importlib import metadata
from pathlib import Path

from packaging.requirements import Requirement

import supportdesk

SOURCE = Path(supportdesk.__file__).parent
COPYLEFT = re.compile(r"\bA?GPL|GNU (Affero )?General Public", re.IGNORECASE)


def needs(name, extras=("",)):
    """Return what a distribution requires on this machine."""
    for text in metadata.requires(name) or ():
        requirement = Requirement(text)
        if requirement.marker is None or any(requirement.marker.evaluate({"extra": extra}) for extra in extras):
            yield requirement


def installed():
    """Return the requirements of all that `pip install supportdesk` brings, by name."""
    found, waiting = {}, list(needs("supportdesk"))
    while waiting:
        requirement = waiting.pop()
        if requirement.name not in found:
            found[requirement.name] = requirement
            waiting.extend(needs(requirement.name, requirement.extras or ("",)))
    return found


def licence(name):
    about = metadata.metadata(name)
    classifiers = [each for each in about.get_all("Classifier") or () if each.startswith("License")]
    return " ".join([about.get("License-Expression") or "", (about.get("License") or "")[:200], *classifiers])


def test_no_library_asks_for_more_than_attribution():
    assert {name: licence(name) for name in installed() if COPYLEFT.search(licence(name))} == {}


def test_every_library_has_the_version_that_is_asked_for():
    wrong = {
        name: metadata.version(name)
        for name, requirement in installed().items()
        if not requirement.specifier.contains(metadata.version(name), prereleases=True)
    }
    assert wrong == {}


def test_every_import_is_declared():
    owners = metadata.packages_distributions()
    extras = tuple(metadata.metadata("supportdesk").get_all("Provides-Extra") or ())
    declared = {normal(each.name) for each in needs("supportdesk", ("", *extras))}
    undeclared = {
        name
        for file in SOURCE.rglob("*.py")
        for name in imports(file)
        if name not in sys.stdlib_module_names
        and name != "supportdesk"
        # What an extra brings may not be here; it is called like what it is imported as.
        and not declared & {normal(owner) for owner in (*owners.get(name, ()), name)}
    }
    assert undeclared == set()


def normal(name):
    return re.sub(r"[-_.]+", "-", name).lower()


def imports(file):
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module.partition(".")[0]
