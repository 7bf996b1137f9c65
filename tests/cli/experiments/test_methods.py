"""Every method of the statistics is within reach of a user, and none lives for tests alone."""

import inspect
import re
from pathlib import Path

import pytest

import supportdesk
from supportdesk import stats
from supportdesk.services.experiments.analysis.single_method import methods


def test_every_public_name_of_the_statistics_is_reached():
    package = Path(supportdesk.__file__).parent
    outside = "\n".join(
        file.read_text("utf-8") for file in package.rglob("*.py") if package / "stats" not in file.parents
    )
    typed = {each.name.replace("-", "_") for each in methods()}
    functions = [name for name in stats.__all__ if not name[0].isupper()]
    assert [name for name in functions if name not in typed and not re.search(rf"\b{name}\b", outside)] == []
    # Classes are what those take and give.
    classes = [name for name in stats.__all__ if name[0].isupper()]
    signatures = "\n".join(str(inspect.signature(getattr(stats, name))) for name in functions)
    unreached = [name for name in classes if not re.search(rf"\b{name}\b", signatures + outside)]
    # Words that arguments take.
    assert unreached == ["Alternative", "Formula", "Spending"]


def test_the_list_names_what_each_needs(run):
    said = run("experiment", "method").out
    assert re.search(r"newcombe +control= test= ", said)
    assert re.search(r"pocock +looks= ", said)


@pytest.mark.parametrize(
    ("words", "field", "value"),
    [
        # R: prop.test(c(150, 120), c(1000, 1000), correct = FALSE)$p.value
        (("two-proportion-z", "control=120/1000", "test=150/1000"), "p_value", 0.0497),
        # R: power.prop.test(n=4724, p1=.13, p2=.15)$power
        (("power_two_proportions", "rate-control=.13", "rate-test=.15", "users-per-arm=4724"), "power", 0.80004),
        # Jennison & Turnbull 2000, table 2.1.
        (("pocock", "looks=5"), "z", [2.413] * 5),
        (("welch-t", "control=10/2/50", "test=11/2/50"), "t", 2.5),
        # 2 ln B(51, 51) - ln B(101, 101)
        (("bayes-factor", "control=50/100", "test=50/100", "prior=1/1"), "log", -1.7414),
    ],
)
def test_a_method_gives_what_books_and_other_programs_give(run, words, field, value):
    assert run("experiment", "method", *words, "--json").json["found"][field] == pytest.approx(value, abs=2e-3)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("wilsson",), "method: 'wilsson' is not allowed"),
        (("wald",), "arm: wald needs it: arm=CONVERSIONS/USERS"),
        (("wald", "arm=5/4"), "arm: "),
        (("wald", "arm=1/4", "beta=2"), "field: 'beta' is not allowed; it can be arm or alpha"),
        (("pocock", "looks=many"), "looks: 'many' is not allowed"),
        (("wald", "arm=1/4", "alpha=7"), "alpha"),
        (("bayes-factor", "control=1/2", "test=1/2", "prior=1"), "two numbers with a slash"),
    ],
)
def test_what_cannot_be_calculated_is_said_in_a_sentence(run, words, said):
    refused = run("experiment", "method", *words)
    assert refused.code == 1
    assert said in refused.err
    assert "Traceback" not in refused.err
