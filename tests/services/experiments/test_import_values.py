"""Values of experiments as other programs write them: booleans for numbers, identifiers that were rounded, times."""

import pytest

from supportdesk.domain.errors import InvalidValue
from supportdesk.services.transfer.column_mapping import ColumnChoice
from supportdesk.services.transfer.import_session import ImportOptions
from tests.services.experiments.samples import running

HEADER = "user_identifier,variant,assigned_at,hit"


@pytest.fixture
def take(desk, tmp_path):
    """Imports these rows of users, of whom some bought, into an experiment that runs."""
    running(desk)

    def take(*rows, values=(), kind="assignments", header=HEADER, outcomes=(("bought", "hit"),), **options):
        file = tmp_path / "in.csv"
        file.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
        return desk.experiment_import.run(
            "1", ColumnChoice(values=values), ImportOptions(**options), outcomes=outcomes, **{kind: file}
        )

    return take


@pytest.mark.parametrize(
    ("yes", "no"), [("TRUE", "FALSE"), ("true", "false"), ("Yes", "No"), ("y", "N"), ("t", "f"), ("on", "off")]
)
def test_yes_and_no_are_one_and_zero_where_a_number_is_wanted(take, yes, no):
    assert take(f"a,green,2026-11-01,{yes}", f"b,blue,2026-11-01,{no}", "c,blue,2026-11-01,").moved.events == 1
    header = "user_identifier,event_name,event_value,created_at"
    rows = (f"a,bought,{yes},2026-11-02", f"b,bought,{no},2026-11-02")
    assert take(*rows, kind="events", header=header, outcomes=()).moved.events == 2


def test_other_words_of_an_outcome_can_be_mapped(take):
    rows = ("a,green,2026-11-01,gekauft", "b,blue,2026-11-01,nein", "c,blue,2026-11-01,vielleicht")
    with pytest.raises(InvalidValue, match="line 2, bought: 'gekauft' .*map it with --value bought:gekauft=NUMBER"):
        take(*rows)
    assert take(*rows, values=[("bought", "gekauft", "1"), ("bought", "*", "0")]).moved.events == 1


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ([("bought", "x", "much")], "value 'bought:x=much': "),
        ([("bought", "x", "1"), ("bought", " x", "0")], "mapped twice"),
        ([("sold", "x", "1")], "value: 'sold' is not allowed"),
    ],
)
def test_a_mapping_that_cannot_be_is_refused(take, values, said):
    with pytest.raises(InvalidValue, match=said):
        take("a,green,2026-11-01,x", values=values)


@pytest.mark.parametrize(
    ("user", "why"),
    [
        *((user, "rounded by a spreadsheet") for user in ("1.23457E+17", "1,23457E+17", "9E+15", "1.2e17", "-1.5E+20")),
        *((user, "made a date by a spreadsheet") for user in ("1-Mar", "MAR-01", "12-sep")),
        *((user, "what a spreadsheet shows instead") for user in ("#REF!", "#N/A", "#DIV/0!", "########")),
        *((user, "a word for a missing value or a choice") for user in ("NULL", "NaN", "None", "TRUE", "undefined")),
    ],
)
def test_users_that_a_spreadsheet_or_a_database_spoiled_are_set_aside_and_not_merged(take, user, why, tmp_path):
    cell = f'"{user}"'
    with pytest.raises(InvalidValue, match=f"line 2, user_identifier: .*{why}"):
        take(f"{cell},green,2026-11-01,1")
    done = take(
        f"{cell},green,2026-11-01,1", "a,green,2026-11-01,1", f"{cell},blue,2026-11-01,0", rejects=tmp_path / "b"
    )
    assert (done.moved.users, done.rejected) == (1, 2)


@pytest.mark.parametrize("user", ["123456789012345678", "E+17", "1E", "12E+4x", "12.5E+4", "a1.5E+3"])
def test_other_identifiers_are_none_of_these(take, user):
    assert take(f"{user},green,2026-11-01,1").moved.users == 1


def test_events_are_known_by_ids_that_were_not_rounded(take):
    header = "user_identifier,event_name,event_id,created_at"
    take("a,green,2026-11-01,0")
    with pytest.raises(InvalidValue, match="event_id: '1.2E\\+17' was rounded"):
        take("a,bought,1.2E+17,2026-11-02", kind="events", header=header, outcomes=())


@pytest.mark.parametrize(
    ("at", "stated"),
    [("2026-11-01 00:00:00 UTC", ""), ("1793491200", ""), ("1793491200000", ""), ("01/11/2026", "day-first")],
)
def test_times_of_assignments_are_read_by_their_format(take, at, stated):
    done = take(f"a,green,{at},1", date_format=stated)
    assert done.moved.first_at == "2026-11-01T00:00:00.000Z"


@pytest.mark.parametrize("phase", ["0", "1001", "-1", "1.5", "first", "9" * 5000])
def test_the_number_of_a_phase_is_a_whole_number(take, phase):
    header = f"{HEADER},phase,weights"
    with pytest.raises(InvalidValue, match=r"line 2, phase: .*a whole number from 1 to 1,000"):
        take(f"a,green,2026-11-01,1,{phase},50/50", header=header)


def test_a_phase_needs_the_weights_that_it_had_in_every_row(take):
    header = f"{HEADER},phase,weights"
    with pytest.raises(InvalidValue, match="line 2, weights: a phase needs the weights"):
        take("a,green,2026-11-01,1,1,", header=header)
    with pytest.raises(InvalidValue, match="line 3, weights: phase 1 had others"):
        take("a,green,2026-11-01,1,1,50/50", "b,blue,2026-11-01,1,1,60/40", header=header)
