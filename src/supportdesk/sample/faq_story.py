"""The story of the demo desk's FAQs: written over half a year, edited, read, voted for, and missed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

from supportdesk.domain.faq import NewFaq, new_faq
from supportdesk.sample.content import Step, folder, rows
from supportdesk.services.desk import Desk
from supportdesk.services.transfer.front_matter import parsed


def faq_steps(end: datetime) -> Iterator[Step]:
    """Return everything that happened to FAQs before `end`; what they say now is in one Markdown file each."""
    texts = {path.stem: parsed(path.read_text(encoding="utf-8")) for path in (folder() / "faqs").glob("*.md")}
    now = {key: new_faq(fields["question"], answer, fields["category"]) for key, (fields, answer) in texts.items()}
    for row in rows("faq_events.csv"):
        at = end - timedelta(minutes=int(row["minutes_ago"]))
        yield Step(at, row["agent"], f"faq {row['key']}", _act(row, now.get(row["key"])))


def _act(row: dict[str, str], now: NewFaq | None) -> Callable[[Desk, str], str]:
    act, times, text = row["act"], int(row["times"]), row["text"]

    def happen(desk: Desk, number: str) -> str:
        for _ in range(times):
            match act:
                case "created" if now:
                    # Its text is the part that was added later.
                    first = new_faq(now.question, now.answer.replace(text, ""), now.category)
                    number = str(desk.faqs.create(first).number)
                case "edited" if now:
                    desk.faqs.update(number, now)
                case "read":
                    desk.faqs.read(number)
                case "helpful" | "unhelpful":
                    desk.faqs.vote(number, helpful=act == "helpful")
                case "used":
                    desk.faqs.used(text, number)
                case "suggested":
                    desk.faqs.ignored(text, [int(number)])
                case "missed":
                    desk.faqs.search(text, record=True)
        return number

    return happen
