"""What may be typed about an experiment, and what is said of what may not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from supportdesk.domain.errors import InvalidValue
from supportdesk.domain.experiments.event import new_event
from supportdesk.domain.experiments.experiment import STEPS, ExperimentStatus
from supportdesk.domain.experiments.form import changed, new_experiment, texts_of, weights
from supportdesk.domain.experiments.metric import Direction, MetricKind, MetricRole

GIVEN = {"name": "Button", "control": "green", "test": "blue", "metric": "bought"}


def test_what_is_not_typed_is_as_it_was_in_the_original():
    made = new_experiment(GIVEN)
    assert [(each.name, each.weight) for each in made.variants] == [("green", 0.5), ("blue", 0.5)]
    assert (made.confidence_level, made.minimum_sample_size, made.surface) == (0.95, 100, None)
    assert (made.ramp, made.holdout) == (100, 0)


def test_a_metric_names_several_events_and_others_stand_beside_it():
    made = new_experiment(
        {**GIVEN, "metric": "bought, upgraded", "secondary": "visit", "guardrails": "complained:down; basket:revenue"}
    )
    target, secondary, complained, basket = made.metrics
    assert target.events == ("bought", "upgraded")
    assert secondary.role is MetricRole.SECONDARY
    assert (complained.better, complained.role) == (Direction.DOWN, MetricRole.GUARDRAIL)
    assert (basket.name, basket.kind) == ("basket", MetricKind.REVENUE)


def test_three_arms_share_equally_unless_told():
    assert [each.weight for each in new_experiment({**GIVEN, "test": "blue, red"}).variants] == [1 / 3] * 3
    assert weights("50/30/20", 3) == (0.5, 0.3, 0.2)
    assert weights("0.9, 0.1", 2) == (0.9, 0.1)
    assert sum(weights("33.33/33.33/33.33", 3)) == pytest.approx(1)


@pytest.mark.parametrize(
    ("field", "text", "said"),
    [
        ("name", " ", "it needs some text"),
        ("name", "\u200b", "it needs some text"),
        ("control", "", "it needs some text"),
        ("control", "a,b", "there is one control"),
        ("test", "", "it needs some text"),
        ("test", "green", "each can be a variant once only"),
        ("test", ",".join(map(str, range(10))), "11 variants are too many"),
        ("metric", " , ", "it needs the name of an event"),
        ("metric", "a,a", "each can be an event once only"),
        ("metric", "x" * 101, "101 characters are too many"),
        ("test", "GREEN", "each can be a variant once only"),
        ("guardrails", "bought", "'bought:conversion' is not allowed; each can be a metric once only"),
        ("guardrails", "unsub:downn", "after a colon it can be conversion, mean, revenue, ratio, up, down, within=7d"),
        ("guardrails", "x:weird", "after a colon it can be"),
        ("guardrails", "x:conversion:down:up", "one kind, one direction"),
        ("secondary", "x:mean:revenue", "one kind, one direction"),
        ("secondary", ":down", "it needs the name of an event"),
        ("kind", "share", "it can be conversion, mean, revenue or ratio"),
        ("kind", "ratio", "a ratio is two events with one slash between"),
        ("secondary", "a/b/c:ratio", "a ratio is two events with one slash between"),
        ("secondary", "a/a:ratio", "each can be an event of a ratio once only"),
        ("within", "36h", "whole days or weeks such as 7d or 2w"),
        ("within", "0d", "whole days or weeks"),
        ("within", "999d", "up to 365d"),
        ("min_days", "7,0", "it must be a whole number from 0"),
        ("min_sample", "1,5000", "it must be a whole number from 1"),
        ("confidence", "1_0", "it must be a number"),
        ("cap", "1,000", "it must be a number"),
        ("cap", "-1", "the largest value a user counts with"),
        ("cap", "5", "is a conversion and has no value to lower"),
        ("before", "yes", "is a conversion and cannot be adjusted"),
        ("guardrails", "x:conversion:before", "x is a conversion and cannot be adjusted"),
        ("guardrails", "x:cap=", "after a colon"),
        ("better", "left", "it can be up or down"),
        ("weights", "60/60", "they sum to 120; they must sum to 1 or to 100"),
        ("weights", "0.5/0.4", "they sum to 0.9"),
        ("weights", "100", "there are 2 variants, so it needs 2 numbers"),
        ("weights", "100/0", "every variant needs a share over 0"),
        ("weights", "nan/50", "it must be a finite number"),
        ("confidence", "0", "it must be a fraction from 0.5 to 0.9999"),
        ("confidence", "1", "it must be a fraction from 0.5 to 0.9999"),
        ("confidence", "95", "write 0.95 for 95 %"),
        ("confidence", "inf", "it must be a finite number"),
        ("confidence", "high", "it must be a number"),
        ("min_sample", "0", "it must be a whole number from 1"),
        ("min_sample", "1e3", "it must be a whole number from 1"),
        ("min_days", "-1", "it must be a whole number from 0"),
        ("surface", "attic", "it can be ticket_form, faq_form, faq_suggestions, mail_"),
        ("ramp", "0", "somebody has to enter"),
        ("ramp", "101", "from 0 to 100"),
        ("holdout", "100", "somebody has to be left"),
        ("measures_holdout", "perhaps", "it can be yes or no"),
    ],
)
def test_a_bad_value_is_one_sentence_that_names_it(field, text, said):
    with pytest.raises(InvalidValue) as caught:
        new_experiment({**GIVEN, field: text})
    assert said in caught.value.message
    assert "\n" not in caught.value.message
    assert caught.value.field in (field, "metric")


def test_numbers_with_commas_are_read_where_they_have_one_meaning():
    made = new_experiment(
        {
            **GIVEN,
            "kind": "mean",
            "cap": "499,99",
            "confidence": "0,9",
            "min_sample": "1,500",
            "secondary": "x:mean:cap=1.234,5",
        }
    )
    caps = [metric.cap for metric in made.metrics]
    assert (caps, made.confidence_level, made.minimum_sample_size) == ([499.99, 1234.5], 0.9, 1500)


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"name": ""}, "event"),
        ({"name": "a,b"}, "event"),
        ({"name": "a", "value": "nan"}, "value"),
        ({"name": "a", "value": "-inf"}, "value"),
        ({"name": "a", "value": "1e300"}, "value"),
        ({"name": "a", "value": "much"}, "value"),
        ({"name": "a", "data": "{"}, "data"),
        ({"name": "a", "data": "NaN"}, "data"),
        ({"name": "a", "data": "[" * 9_000}, "data"),
        ({"name": "a", "data": '"' + "x" * 10_001 + '"'}, "data"),
        ({"name": "a", "at": "yesterday"}, "at"),
        ({"name": "a", "event_id": "x" * 201}, "event_id"),
    ],
)
def test_a_bad_event_is_one_sentence_that_names_the_field(values, field):
    with pytest.raises(InvalidValue) as caught:
        new_event(**values)
    assert caught.value.field == field


def test_data_of_an_event_is_json_that_drives_no_terminal():
    assert new_event("a", data='{"k\\u001b[31m": ["\\u001b]0;x\\u0007y", 1.5, null]}').data == '{"k": ["y", 1.5, null]}'


@given(
    test=st.lists(st.sampled_from(["b", "c", "d d", "é"]), min_size=1, max_size=4, unique=True),
    target=st.sampled_from(
        [
            {"kind": "conversion", "within": "7d"},
            {"kind": "mean", "cap": "12.5"},
            {"kind": "revenue", "before": "yes", "cap": "1e6", "within": "2w"},
            {"kind": "ratio", "metric": "clicks,taps/views"},
        ]
    ),
    guardrails=st.lists(
        st.sampled_from(["x:down:1%", "y:mean:cap=3", "z:revenue:down:within=1w:before", "a/b:ratio:2%"]), unique=True
    ),
    confidence=st.floats(0.5, 0.9999),
    ramp=st.floats(0.1, 100),
)
def test_the_texts_of_an_experiment_make_it_again(test, target, guardrails, confidence, ramp):
    made = new_experiment(
        {
            **GIVEN,
            "test": ",".join(test),
            **target,
            "guardrails": ";".join(guardrails),
            "confidence": repr(confidence),
            "ramp": repr(ramp),
        }
    )
    again = new_experiment(texts_of(made))
    assert texts_of(again) == texts_of(made)
    assert again.metrics == made.metrics
    assert [each.weight for each in again.variants] == pytest.approx([each.weight for each in made.variants])


def test_another_number_of_variants_shares_equally_again():
    two = new_experiment({**GIVEN, "weights": "90/10"})
    assert [each.weight for each in changed(two, {"test": "red"}).variants] == [0.9, 0.1]
    assert [each.weight for each in changed(two, {"test": "red,blue"}).variants] == [1 / 3] * 3


def test_nothing_follows_completed_and_nothing_becomes_a_draft():
    assert STEPS[ExperimentStatus.COMPLETED] == ()
    assert all(ExperimentStatus.DRAFT not in steps for steps in STEPS.values())
