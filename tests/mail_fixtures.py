"""Run mails with known contents through the parser: `python -m tests.mail_fixtures FOLDER`.

The folder holds `mails.csv`, a row per mail with the expected values (an empty cell asserts nothing), and the raw mails
that it names. Prints each miss, then totals by field and by purpose; exits 1 when a field misses its target.
"""

from __future__ import annotations

import csv
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from supportdesk.email.receiving.parse import parse_mail
from supportdesk.email.receiving.parsed import ParsedMail
from tests.mail_sequences import faults_of

TARGETS = {
    "from_email": 0.99,
    "subject": 0.99,
    "message_id": 0.99,
    "has_text": 0.99,
    "attachment_names": 0.99,
    "is_auto": 1.0,
    "is_bounce": 1.0,
    "failed_recipients": 0.95,
    "bounce_kind": 0.95,
    "trim_keeps": 1.0,
    "trim_exact": 80 / 99,
}


def folded(text: str) -> str:
    """Return a text with every run of white space as one space."""
    return " ".join(text.split())


def checks(row: dict[str, str], mail: ParsedMail, folder: Path) -> Iterator[tuple[str, object, object]]:
    """Yield field, expected and found value of everything that a row asserts."""
    found: dict[str, str] = {
        "from_email": mail.sender.address.lower(),
        "from_name": mail.sender.name,
        "subject": mail.subject,
        "message_id": mail.message_id,
        "in_reply_to": mail.in_reply_to,
        "is_auto": mail.automatic.value,
        "is_bounce": "yes" if mail.is_bounce else "no",
        "has_text": "yes" if mail.text.strip() else "no",
        "attachment_count": str(len(mail.attachments)),
    }
    for field, value in found.items():
        wanted = row[field].lower() if field == "from_email" else row[field]
        if wanted and not (field == "is_auto" and wanted in ("weak", "list")):
            equal = folded(wanted)[:250] == folded(value)[:250]
            if field == "is_auto":
                equal = (wanted == "no") == (value in ("no", "weak")) and (wanted != "no" or value == "no")
            yield field, wanted, wanted if equal else value
    if row["text_contains"]:
        yield "text_contains", True, folded(row["text_contains"]) in folded(mail.text)
    if row["attachment_names"]:
        names = sorted(folded(each) for each in row["attachment_names"].split("|"))
        yield "attachment_names", names, sorted(folded(each.name) for each in mail.attachments)
    yield from _bounce_checks(row, mail)
    yield from _trim_checks(row, mail, folder)


def _bounce_checks(row: dict[str, str], mail: ParsedMail) -> Iterator[tuple[str, object, object]]:
    if row["failed_recipients"]:
        wanted = sorted(row["failed_recipients"].lower().split("|"))
        yield "failed_recipients", wanted, sorted(each.recipient.lower() for each in mail.bounces)
    if row["bounce_kind"]:
        kinds = row["bounce_kind"].split("|")
        found = [each.kind.value for each in mail.bounces]
        yield "bounce_kind", kinds, kinds if len(kinds) == 1 and set(found) == set(kinds) else found
    if row["bounce_status"]:
        yield "bounce_status", row["bounce_status"], "|".join(each.status for each in mail.bounces)


def _trim_checks(row: dict[str, str], mail: ParsedMail, folder: Path) -> Iterator[tuple[str, object, object]]:
    if not row["trimmed_reply_file"]:
        return
    wanted = (folder / row["trimmed_reply_file"]).read_text("utf-8")
    kept = [folded(line) for line in wanted.split("\n") if line.strip()]
    lost = [line for line in kept if line not in folded(mail.trimmed_text)]
    yield "trim_keeps", [], lost
    if row["trim_check"] == "exact":
        yield "trim_exact", folded(wanted), folded(mail.trimmed_text)
    if row["trim_must_not_contain"]:
        yield "trim_must_not_contain", False, folded(row["trim_must_not_contain"]) in folded(mail.trimmed_text)


def main(arguments: list[str]) -> int:
    """Print misses and totals of a folder; return the exit code."""
    folder = Path(arguments[0])
    asserted: Counter[str] = Counter()
    missed: Counter[str] = Counter()
    purposes: Counter[str] = Counter()
    with (folder / "mails.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            mail = parse_mail((folder / row["file"]).read_bytes())
            for field, wanted, found in checks(row, mail, folder):
                asserted[field] += 1
                if wanted != found:
                    missed[field] += 1
                    purposes[row["purpose"]] += 1
                    print(f"{row['file']}: {field}: expected {str(wanted)[:300]!r}, found {str(found)[:300]!r}")
    below = []
    for field, total in asserted.items():
        share = 1 - missed[field] / total
        target = TARGETS.get(field)
        below += [field] if target is not None and share < target else []
        print(
            f"{field:<24} {total - missed[field]:>4} of {total:>4}  {share:7.1%}"
            + (f"  target {target:.0%}" if target else "")
        )
    print("misses by purpose: " + ", ".join(f"{purpose} {count}" for purpose, count in purposes.most_common()))
    stories = sorted(each.parent for each in (folder / "sequences").glob("*/sequence.json"))
    faults = {story.name: faults_of(story) for story in stories}
    for lines in faults.values():
        print(*lines, sep="\n", end="\n" if lines else "")
    if stories:
        passed = sum(not lines for lines in faults.values())
        print(f"{'conversations':<24} {passed:>4} of {len(stories):>4}  {passed / len(stories):7.1%}  target 100%")
        below += ["conversations"] if passed < len(stories) else []
    print("below target: " + (", ".join(below) or "none"))
    return 1 if below else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
