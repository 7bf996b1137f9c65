"""Cells that begin like a formula: text for every spreadsheet, unchanged for our own import."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from supportdesk.services.transfer.csv_writer import CsvWriter, escape_formula, unescape_formula

FORMULAS = [
    "=cmd|' /C calc'!A0",
    "+1+1",
    "-2+3",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "\n=1",
    "＝1+1",
    "＠A1",
    "'=1",
    "''-x",
    "=",
    "-",
]


@pytest.mark.parametrize("text", FORMULAS)
def test_a_formula_is_written_as_text_and_read_back(text):
    written = escape_formula(text)
    assert written == f"'{text}"
    assert unescape_formula(written) == text


@pytest.mark.parametrize("text", ["", "Lamp", "'quoted'", "'tis", "a=1", "-5", "+49.5", "-1,5", "-1e-5", "#1"])
def test_other_text_and_plain_numbers_stay_as_they_are(text):
    assert escape_formula(text) == text
    assert unescape_formula(text) == text


@given(st.one_of(st.text(), st.text("'=+-@\t\r\n1.e＝")))
def test_every_text_comes_back(text):
    assert unescape_formula(escape_formula(text)) == text


def test_a_row_holds_text_numbers_and_nothing():
    out = io.StringIO()
    CsvWriter(out).write(["=1", -5, None, 1.5, True, "a,b"])
    assert next(csv.reader([out.getvalue()])) == ["'=1", "-5", "", "1.5", "True", "a,b"]
