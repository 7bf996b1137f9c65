"""A report of an experiment, as of now."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path

from supportdesk.domain.errors import invalid, one_of
from supportdesk.domain.experiments.experiment import ExperimentStatus
from supportdesk.services.context import Context
from supportdesk.services.experiments.reporting.content import Material
from supportdesk.services.experiments.service import Experiments
from supportdesk.services.transfer.atomic_file import atomic_file


class ReportFormat(StrEnum):
    """How a report is written."""

    MARKDOWN = "markdown"
    HTML = "html"


def parse_format(text: str) -> ReportFormat:
    """Return the format of this name; raises `InvalidValue` that names the allowed ones."""
    try:
        return ReportFormat(text.strip().lower())
    except ValueError:
        raise invalid("format", text, one_of(ReportFormat)) from None


def format_of(file: Path | None) -> ReportFormat:
    """Return the format that the name of a file says: HTML for `.html`, else Markdown."""
    is_html = file is not None and file.suffix.lower() in (".html", ".htm")
    return ReportFormat.HTML if is_html else ReportFormat.MARKDOWN


class ExperimentReport:
    """Use case: report on an experiment."""

    def __init__(self, context: Context, experiments: Experiments) -> None:
        self._context = context
        self._experiments = experiments

    def write(self, reference: str, form: ReportFormat) -> str:
        """Return the report of an experiment; imports the mathematics, unless it is a draft."""
        material = self._material(reference)
        # Imported here: a report is of one format.
        if form is ReportFormat.HTML:
            from supportdesk.services.experiments.reporting.html import html

            return html(material)
        from supportdesk.services.experiments.reporting.markdown import markdown

        return markdown(material)

    def save(self, reference: str, form: ReportFormat, path: Path) -> None:
        """Write the report into a file that appears when it is complete, with the modes of a desk."""
        with atomic_file("output", path, *self._context.database.files) as file:
            file.text.write(self.write(reference, form))
            file.finish()

    def _material(self, reference: str) -> Material:
        experiments = self._experiments
        experiment = experiments.get(reference)
        number = str(experiment.number)
        draft = experiment.status is ExperimentStatus.DRAFT
        analysis = None if draft else experiments.calculate(number, keep=False).analysis
        charts = []
        if analysis is not None:
            from supportdesk.services.experiments.analysis.charts import charts as charts_of

            charts = charts_of(analysis)
        return Material(
            experiment,
            analysis,
            experiments.checklist(number) if draft else (),
            charts,
            experiments.events(number),
            experiments.log(number),
            self._context.now(),
            self._context.actor,
        )
