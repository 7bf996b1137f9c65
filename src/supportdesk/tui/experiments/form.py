"""Form that plans an experiment or edits a draft, with a line that says how many users it needs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import ClassVar

from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.widgets import Input, RadioSet

from supportdesk.domain.errors import Conflict, InvalidValue, NotFound
from supportdesk.domain.experiments.experiment import Experiment, ExperimentStatus
from supportdesk.domain.experiments.form import DEFAULTS, YesNo, changed, new_experiment, texts_of
from supportdesk.domain.experiments.metric import Direction, MetricKind
from supportdesk.domain.experiments.surface import Surface
from supportdesk.domain.journal import Entry, experiment_changed
from supportdesk.tui import style
from supportdesk.tui.commands import Scope
from supportdesk.tui.experiments.plan_line import PlanShown, planned
from supportdesk.tui.screens.edit_form import EditForm
from supportdesk.tui.screens.form_fields import Check
from supportdesk.tui.widgets.fields import BodyField, ChoiceField
from supportdesk.tui.widgets.line_field import LineField
from supportdesk.tui.widgets.status_line import StatusLine

NO_SURFACE = "none"
PLANNING = ("baseline", "effect", "daily", "deviation")
"""Fields that only the plan needs."""
TOGETHER = (("control", "test", "weights"), ("metric", "kind", "within", "cap", "before"))
"""Fields that only make sense together."""
_EXAMPLE = new_experiment({"name": "n", "control": "a", "test": "b", "metric": "m"})


class PlanLine(StatusLine):
    """How many users the experiment needs."""


def _check(field: str, text: str) -> None:
    changed(_EXAMPLE, {field: text})


class ExperimentForm(EditForm[int, Experiment | None]):
    """What is tried, on what, and how it is judged; the same form for a new experiment and for an edit."""

    SCOPES = (Scope.FORM, Scope.EXPERIMENT_FORM)
    HINTS: ClassVar[Sequence[str]] = ("form.save", "plan.take", "form.editor", "form.help")
    NAMES: ClassVar[Mapping[str, str]] = {
        "name": "Name",
        "hypothesis": "Hypothesis",
        "control": "Control",
        "test": "Test",
        "metric": "Metric",
        "surface": "Changes in this program",
        "baseline": "Current rate, % / mean",
        "effect": "Smallest difference to detect, points",
        "daily": "Users a day",
        "min_sample": "Users per variant",
        "min_days": "Minimum days",
        "confidence": "Confidence",
        "kind": "Metric kind",
        "better": "Better is",
        "within": "Only within",
        "cap": "Largest value that counts",
        "deviation": "Standard deviation, of means",
        "before": "Adjust by the value from before",
        "weights": "Weights",
        "ramp": "Ramp, % enter",
        "holdout": "Holdout, % stay out",
        "secondary": "Other metrics",
        "guardrails": "Guardrails",
        "auto_pause": "Pause when a guardrail is worse",
        "max_events": "Robots: more events than",
        "group": "Group",
        "measures_holdout": "Control is the holdout",
        "description": "Description",
    }
    CHECKS: ClassVar[Mapping[str, Check]] = {field: partial(_check, field) for field in NAMES if field in DEFAULTS}

    def __init__(
        self,
        draft: Experiment | None = None,
        *,
        log: Sequence[Entry] = (),
        traffic: Mapping[Surface, float] | None = None,
    ) -> None:
        """`draft` is the one to edit, with its `log`; `traffic` is how many users a day come to surfaces."""
        heading = f"Edit experiment #{draft.number}" if draft else "Plan an experiment"
        super().__init__(heading, f"experiment-{draft.number}" if draft else "experiment", draft)
        self._log = log
        self._traffic: Mapping[str, str] = {surface: _daily(users) for surface, users in (traffic or {}).items()}
        self._known_daily = ""
        self._plan = PlanShown("")

    def compose_fields(self) -> ComposeResult:
        """Return the fields, those that belong together side by side; the rarer ones further down."""
        yield _line("name", "such as Ticket form: short or long")
        yield _line("hypothesis", "what you expect, and why: a shorter form is sent more often, since ...")
        yield _row(
            _line("control", "as it is today, such as long"), _line("test", "test variants, separated by commas")
        )
        yield _line("metric", "the event that counts, such as ticket_submitted; commas between")
        yield _row(_line("baseline", "such as 13"), _line("effect", "such as 2"), _line("daily", "such as 1,000"))
        yield _row(*(_line(name) for name in ("min_sample", "min_days", "confidence")))
        yield ChoiceField([NO_SURFACE, *Surface], NO_SURFACE, id="surface")
        yield ChoiceField(list(MetricKind), MetricKind.CONVERSION, id="kind")
        yield ChoiceField(list(Direction), Direction.UP, id="better")
        yield _row(_line("within", "such as 7d"), _line("cap", "such as 500"), _line("deviation", "such as 12"))
        yield ChoiceField(list(YesNo), YesNo.NO, id="before")
        yield _row(_line("weights", "such as 50/50"), _line("ramp"), _line("holdout"))
        yield _line("secondary", "further metrics, such as basket:revenue; opened:mean:down")
        yield _line("guardrails", "must not get worse, such as complained:down; semicolons between")
        yield ChoiceField(list(YesNo), YesNo.NO, id="auto_pause")
        yield _row(
            _line("max_events", "such as 500; they are left out"),
            _line("group", "a user is in one experiment of it"),
        )
        yield ChoiceField(list(YesNo), YesNo.NO, id="measures_holdout")
        yield BodyField(id="description")
        yield PlanLine()

    def initial(self) -> Mapping[str, str]:
        """Return the draft as it is, or what is usual."""
        texts = texts_of(self.edited.definition) if self.edited else {**DEFAULTS}
        self._known_daily = self._traffic.get(texts["surface"], "")
        known = {field: text for field, text in texts.items() if field in self.NAMES}
        return {**known, "surface": texts["surface"] or NO_SURFACE, "daily": self._known_daily}

    def state(self) -> str:
        """Return the version of the draft."""
        return str(self.edited.version) if self.edited else ""

    def changed_since(self, state: str) -> str:
        """Return who has changed the experiment since a version."""
        if self.edited is None or not state.isdecimal():
            return ""
        changed = experiment_changed(self._log, self.edited.version - int(state))
        return f"experiment #{self.edited.number} was changed {changed}".rstrip()

    def _texts(self, values: Mapping[str, str]) -> dict[str, str]:
        texts = {field: text for field, text in values.items() if field not in PLANNING}
        return {**texts, "surface": "" if texts["surface"] == NO_SURFACE else texts["surface"]}

    def _fault(self, field: str) -> str:
        """Return what is wrong with a field.

        Of those that make sense together, what is wrong with this one.
        """
        together = next((fields for fields in TOGETHER if field in fields), ())
        if not together:
            return "" if field == "surface" else super()._fault(field)
        try:
            changed(_EXAMPLE, {each: self.value(each) for each in together})
        except InvalidValue as fault:
            return fault.message.removeprefix(f"{field}: ") if fault.field == field else ""
        return ""

    async def save(self, values: Mapping[str, str]) -> int:
        """Create or edit a draft; overwriting somebody else's change takes a second save."""
        desk, texts = self.desk_app.desk, self._texts(values)
        if self.edited is None:
            return (await desk.run(desk.experiments.create, new_experiment(texts))).number
        number = str(self.edited.number)
        try:
            return (await desk.run(desk.experiments.update, number, texts, seen=int(self.seen))).number
        except Conflict as conflict:
            raise Conflict(f"{conflict.message}{await self._overtaken(number)}") from None
        except NotFound as gone:
            # What was typed would have nowhere to go.
            self.gone(None)
            raise NotFound(f"{gone.message}; save again to create it anew", field=gone.field) from None

    async def _overtaken(self, number: str) -> str:
        """Load the current version, which the next save overwrites; return what to do next."""
        desk = self.desk_app.desk
        experiment = await desk.run(desk.experiments.get, number)
        if experiment.status is not ExperimentStatus.DRAFT:
            self.gone(None)
            return f"; it is {experiment.status} now: save again to make another draft of this"
        return self.overtaken_by(experiment)

    # The plan

    def on_mount(self) -> None:
        """Fill the form and show what the plan needs."""
        super().on_mount()
        self._reckon()

    @on(RadioSet.Changed, "#surface")
    def _expect_traffic(self) -> None:
        """Name the users a day that the surface has at present, unless others were typed."""
        field = self.query_one("#daily", LineField)
        if field.value == self._known_daily:
            field.value = self._known_daily = self._traffic.get(self.value("surface"), "")
            field.cursor_position = len(field.value)

    @on(Input.Changed)
    @on(RadioSet.Changed)
    def _reckon(self) -> None:
        self._plan = planned(self.values())
        line = self.query_one(PlanLine)
        if self._plan.fault:
            line.error(self._plan.says)
        else:
            take = Text.assemble("  ", ("F7", style.KEY), " uses it") if self._plan.users_per_arm else Text()
            line.show(Text.assemble(("Plan ", style.HEADING), self._plan.says).append_text(take))

    def do_plan_take(self) -> None:
        """Use the users per variant that the plan line names."""
        if self._plan.users_per_arm is None:
            self.status.error("there is no plan yet: type the current rate and the smallest difference to detect")
            return
        field = self.query_one("#min_sample", LineField)
        field.value = str(self._plan.users_per_arm)
        field.cursor_position = len(field.value)
        self.status.done(f"{self._plan.users_per_arm:,} users per variant planned")


def _daily(users: float) -> str:
    return f"{users:,.0f}" if users >= 1 else f"{users:.2g}"


def _line(field: str, placeholder: str = "") -> LineField:
    return LineField(id=field, placeholder=placeholder, select_on_focus=False)


def _row(*fields: LineField) -> Horizontal:
    return Horizontal(*fields, classes="row")
