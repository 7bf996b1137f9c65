"""Missing templates of the variants of an experiment on a mail."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from supportdesk.domain.experiments.experiment import file_word
from supportdesk.email.messages.messages import ENGLISH
from supportdesk.email.messages.rendering import ENDINGS, TemplateFault, Templates, templates
from supportdesk.email.readiness import template_faults


def missing_variant_templates(folder: Path | None, kind: str, variants: Sequence[str]) -> list[str]:
    """Return the missing or faulty templates, a sentence each; reads them anew."""
    templates.cache_clear()
    try:
        found = templates(folder)
    except TemplateFault as fault:
        return [fault.message]
    words = {variant: file_word(variant) for variant in variants}
    lacks = [lack for variant, word in words.items() for lack in _lacks(found, folder, kind, variant, word)]
    if len(set(words.values())) < len(words):
        lacks.append("variants whose names differ in signs or case alone share their templates")
    return lacks + [
        fault for fault in template_faults(folder, kind) if any(f"{kind}.{word}." in fault for word in words.values())
    ]


def _lacks(found: Templates, folder: Path | None, kind: str, variant: str, word: str) -> Iterator[str]:
    everybodys = "so it gets the ordinary mail"
    if not word:
        yield f"{variant} has no letter to call a template by, {everybodys}"
        return
    first = f"{ENGLISH}/{kind}.{word}.txt"
    if folder is None:
        yield f"mail.templates names no folder that {first} of {variant} could be in, {everybodys}"
        return
    own = {(file.language, file.ending) for file in found.of_variants(kind) if file.variant == word}
    if not own:
        yield f"{variant} has no template of its own, {everybodys}: {folder / first} is missing"
        return
    languages = {language for language, _ in own}
    if others := ", ".join(language for language in found.languages() if language not in languages):
        yield f"{variant} has templates of its own in {', '.join(sorted(languages))}, but not in {others}"
    for language in sorted(languages):
        for ending in ENDINGS:
            if (language, ending) not in own and found.has(language, kind, ending):
                yield f"{language}/{kind}.{word}.{ending} is missing: that part is the ordinary mail's"
