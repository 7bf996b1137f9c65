"""A report that can be sent to somebody: complete, and nothing in it runs, loads or becomes markup."""

import re
from html.parser import HTMLParser
from xml.etree import ElementTree

import pytest

from supportdesk.domain.experiments.experiment import Decision
from supportdesk.services.experiments.reporting.markdown import escape
from supportdesk.services.experiments.reporting.service import ReportFormat
from supportdesk.services.transfer.column_mapping import ColumnChoice
from tests.services.experiments.samples import drafted

EVIL = '<script>alert("x")</script> & [a](http://evil.example) | `x` ![i](http://evil.example/p.png) "\'>'
PARTS = ["Question", "Plan", "Verdict", "Figures", "Plots", "Health", "Decision", "Methods"]


class Page(HTMLParser):
    """The tags and attributes of a page, and its text."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.attributes, self.text = [], [], ""
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += [(tag, *attr) for attr in attrs]

    def handle_data(self, data):
        self.text += data


@pytest.fixture
def filled(desk, tmp_path):
    """Make an experiment whose names are hostile, with two weeks of data."""

    def filled(**texts):
        given = {
            "name": EVIL,
            "control": "a<b",
            "test": "x|y",
            "hypothesis": EVIL,
            "description": f"# {EVIL}\n- {EVIL}",
        }
        drafted(desk, **{**given, "guardrails": "complained:down", **texts})
        lines = ["day,variant,metric,users,conversions"]
        for day in range(1, 15):
            lines += [
                f"2026-11-{day:02},a<b,bought,400,{40 + day % 3}",
                f"2026-11-{day:02},x|y,bought,400,{60 + day % 4}",
            ]
            lines += [f"2026-11-{day:02},a<b,complained,400,4", f"2026-11-{day:02},x|y,complained,400,5"]
        file = tmp_path / "daily.csv"
        file.write_text("\n".join(lines), encoding="utf-8")
        desk.experiment_daily_import.run("1", file, ColumnChoice())

    return filled


def test_a_page_holds_everything_and_runs_and_loads_nothing(desk, filled):
    filled()
    page = Page(desk.experiment_report.write("1", ReportFormat.HTML))
    for part in PARTS:
        assert part in page.text
    assert EVIL in page.text
    assert "ship: x|y" in page.text
    assert page.tags.count("svg") == 4
    assert set(page.tags) <= {
        "html", "head", "meta", "title", "style", "body", "h1", "h2", "section", "p", "ul", "li", "table", "tr", "th",
        "td", "svg", "rect", "text", "line", "path", "polyline", "circle", "footer",
    }  # fmt: skip
    for _, name, value in page.attributes:
        assert not name.startswith("on")
        assert name not in ("src", "href", "xlink:href", "data", "action")
        assert "url(" not in (value or "")
    assert ("meta", "content", "default-src 'none'; style-src 'unsafe-inline'") in page.attributes


def test_the_plots_of_a_page_are_pictures_on_their_own(desk, filled):
    filled()
    found = re.findall(r"<svg.*?</svg>", desk.experiment_report.write("1", ReportFormat.HTML), re.DOTALL)
    for each in found:
        assert ElementTree.fromstring(each).get("viewBox")
        assert "nan" not in each


def test_markdown_holds_everything_and_no_name_is_markup(desk, filled):
    filled()
    text = desk.experiment_report.write("1", ReportFormat.MARKDOWN)
    assert [line.removeprefix("## ") for line in text.splitlines() if line.startswith("## ")] == PARTS
    without_pictures = re.sub(r"!\[.*?\]\(data:image/svg\+xml;base64,[A-Za-z0-9+/=]+\)", "", text)
    assert len(re.findall("data:image", text)) == 4
    assert not re.search(r"(?<!\\)<", without_pictures)
    assert not re.search(r"(?<!\\)\]", without_pictures)
    assert "http://" not in without_pictures
    widths = {line.count("|") - line.count("\\|") for line in text.splitlines() if line.startswith("| x")}
    assert widths <= {6, 7}


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("1. first", "1\\. first"),
        ("- item", "\\- item"),
        ("a_b *c*", "a\\_b \\*c\\*"),
        ("13.5 points", "13.5 points"),
        ("www.evil.example", "www\\.evil.example"),
        ("@all", "\\@all"),
    ],
)
def test_text_stays_text_in_markdown(text, shown):
    assert escape(text) == shown


def test_a_draft_reports_its_plan_and_a_completed_one_its_decision(desk, filled):
    drafted(desk, hypothesis="Blue sells more.")
    text = desk.experiment_report.write("1", ReportFormat.MARKDOWN)
    assert "Blue sells more." in text
    assert "## Before the start" in text
    desk.experiments.start("1")
    desk.experiments.complete("1", Decision.KEEP_CONTROL, "too early, but")
    assert "keep-control: too early, but" in desk.experiment_report.write("1", ReportFormat.MARKDOWN)


def test_means_are_drawn_over_time(desk, tmp_path):
    drafted(desk, metric="spent", kind="revenue")
    file = tmp_path / "daily.csv"
    rows = [
        f"2026-11-{day:02},{arm},100,{n}00,{n}9000" for day in range(1, 9) for arm, n in (("green", 4), ("blue", 5))
    ]
    file.write_text("\n".join(["day,variant,users,sum,sum_of_squares", *rows]), encoding="utf-8")
    desk.experiment_daily_import.run("1", file, ColumnChoice())
    page = desk.experiment_report.write("1", ReportFormat.HTML)
    assert "spent: mean so far" in page
    assert "Welch" in page


def test_a_report_is_a_file_that_appears_when_complete(desk, tmp_path):
    drafted(desk)
    desk.experiment_report.save("1", ReportFormat.HTML, tmp_path / "r.html")
    assert (tmp_path / "r.html").read_text(encoding="utf-8").startswith("<!DOCTYPE html>")
    assert (tmp_path / "r.html").stat().st_mode & 0o077 == 0
