"""One method of the statistics by itself, with typed numbers: to check what another program says, or to plan by it."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from supportdesk import stats
from supportdesk.domain.errors import InvalidValue, invalid, one_of
from supportdesk.domain.experiments.numbers import number, whole
from supportdesk.services.experiments.analysis.planning import parse_arm, parse_mean
from supportdesk.stats import Beta, InvalidInput, Normal

INTEGER_LIMIT = 10**11
BETWEEN_ITEMS, BETWEEN_PARTS = ",", "/"


@dataclass(frozen=True, slots=True)
class Method:
    """What a method is called, what it needs (`alpha` and the like may be left out), and what it does."""

    name: str
    needs: tuple[str, ...]
    optional: tuple[str, ...]
    does: str


def methods() -> list[Method]:
    """Return all methods, by name."""
    return [_described(name, function) for name, function in sorted(_functions().items())]


def calculate(name: str, given: Mapping[str, str]) -> Any:
    """Return what a method finds, as data; raises `InvalidValue` for what is missing, not known or impossible."""
    functions, word = _functions(), name.strip().lower().replace("_", "-")
    if word not in functions:
        raise invalid("method", name, one_of(functions))
    function, method = functions[word], _described(word, functions[word])
    fields = {field.strip().lower().replace("-", "_"): text for field, text in given.items()}
    known = (*method.needs, *method.optional)
    for field in fields:
        if field not in known:
            raise invalid("field", field, one_of(known))
    missing = [field for field in method.needs if field not in fields]
    if missing:
        kind = _KINDS[inspect.signature(function).parameters[missing[0]].annotation]
        raise InvalidValue(f"{missing[0]}: {word} needs it: {missing[0]}={kind.example}", field=missing[0])
    parameters = inspect.signature(function).parameters
    try:
        return function(
            **{each: _KINDS[parameters[each].annotation].parse(each, text) for each, text in fields.items()}
        )
    except InvalidInput as error:
        raise InvalidValue(str(error), field=error.field) from None


@cache
def _functions() -> dict[str, Callable[..., Any]]:
    """Return the functions of the statistics whose arguments can be typed."""
    found: dict[str, Callable[..., Any]] = {}
    for name in stats.__all__:
        each = getattr(stats, name)
        if inspect.isfunction(each) and all(
            parameter.annotation in _KINDS for parameter in inspect.signature(each).parameters.values()
        ):
            found[name.replace("_", "-")] = each
    return found


def _described(name: str, function: Callable[..., Any]) -> Method:
    parameters = inspect.signature(function).parameters.values()
    needs = tuple(each.name for each in parameters if each.default is each.empty)
    optional = tuple(each.name for each in parameters if each.default is not each.empty)
    does = (function.__doc__ or "").split("\n\n")[0]
    return Method(name, needs, optional, " ".join(does.split()))


@dataclass(frozen=True, slots=True)
class _Kind:
    example: str
    parse: Callable[[str, str], Any]


def _several(parse: Callable[[str, str], Any], between: str) -> Callable[[str, str], list[Any]]:
    return lambda field, text: [parse(field, each) for each in text.split(between) if each.strip()]


def _two(make: Callable[[float, float], Any]) -> Callable[[str, str], Any]:
    def parse(field: str, text: str) -> Any:
        parts: Sequence[float] = _several(number, BETWEEN_PARTS)(field, text)
        if len(parts) != 2:
            raise invalid(field, text, "it is two numbers with a slash between, such as 1/1")
        return make(*parts)

    return parse


def _whole(field: str, text: str) -> int:
    return whole(field, text, 0, INTEGER_LIMIT)


_KINDS: Mapping[str, _Kind] = {
    "float": _Kind(".05", number),
    "int": _Kind("100", _whole),
    "str": _Kind("WORD", lambda _, text: text.strip()),
    "Proportion": _Kind("CONVERSIONS/USERS", parse_arm),
    "Mean": _Kind("MEAN/SD/USERS", parse_mean),
    "Sequence[float]": _Kind(".01,.04", _several(number, BETWEEN_ITEMS)),
    "Sequence[Proportion]": _Kind("12/100,15/100", _several(parse_arm, BETWEEN_ITEMS)),
    "Sequence[Sequence[int]]": _Kind("10/12,20/19", _several(_several(_whole, BETWEEN_PARTS), BETWEEN_ITEMS)),
    "Beta | None": _Kind("1/1", _two(Beta)),
    "Normal | None": _Kind("0/1", _two(Normal)),
}
"""By the annotation of the argument: how it is typed."""
