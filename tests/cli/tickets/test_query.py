"""Queries on the command line: what is wrong with one is said in a sentence that names the place."""

import pytest


@pytest.mark.parametrize(
    ("arguments", "field", "message"),
    [
        (("ticket", "list", "stats:new"), "query", "unknown filter 'stats' at character 1; did you mean status:?"),
        (("ticket", "list", "lamp", "status:done"), "status", "'done' is not allowed"),
        (("ticket", "list", "(" * 60), "query", "brackets can be nested up to 50 deep (at character 51)"),
        (("ticket", "list", "(a (b OR " * 20), "query", "nested up to 12 deep"),
        (("ticket", "list", "x" * 10_000), "query", "it can have up to 1,000 characters"),
        (("ticket", "export", "colour:red"), "query", "filters are status:, priority:, from:, owner:, tag:"),
        (("notification", "list", "--search", "re:lamp"), "search", "there are no filters here"),
        (("notification", "list", "--search", "lamp " * 2_000), "search", "it can have up to 1,000 characters"),
    ],
)
def test_a_query_that_is_refused_names_the_place(run, arguments, field, message):
    run("ticket", "create", "--title", "Lamp", "--description", "Dark.", "--email", "rita@example.com")
    refused = run(*arguments, "--json") if arguments[1] == "list" else run(*arguments)
    assert refused.code == 1
    assert message in refused.err
    assert f"{field}: " in refused.err
    assert len(refused.err) < 400


def test_imported_tickets_are_found_by_special_names(run, tmp_path):
    file = tmp_path / "tickets.csv"
    file.write_text(
        "title,description,contact_email\nC++ build,Uses C#,rita@example.com\n订单退款问题,-,rita@example.com\n",
        "utf-8",
    )
    run("ticket", "import", str(file))
    for query, number in (("C++", 1), ("C#", 1), ("退款", 2)):
        assert [ticket["number"] for ticket in run("ticket", "list", query, "--json").json["tickets"]] == [number]
