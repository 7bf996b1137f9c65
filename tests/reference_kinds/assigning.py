"""Assignment, and a real experiment from its rows."""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from pathlib import Path

from supportdesk import stats
from supportdesk.domain.experiments.assignment import EVEN, drawn_variant, legacy_bucket
from supportdesk.stats import Proportion
from tests.reference_kinds import page_rows
from tests.reference_kinds.registry import Fields, Inputs, alpha_in, file_kind, kind

VARIANTS = ("control", "test")


@kind("assignment_md5")
def _(i: Inputs) -> Fields:
    hex8, bucket = legacy_bucket(str(i["user_identifier"]), str(i["test_id"]))
    same = i.get("same_as", i)
    if legacy_bucket(str(same["user_identifier"]), str(same["test_id"]))[0] != hex8:
        hex8 = f"{hex8}, not that of {same}"
    _, place = drawn_variant(str(i["user_identifier"]), str(i["test_id"]), EVEN)
    return {"hex8": hex8, "bucket": bucket, "variant": VARIANTS[place]}


@kind("assignment_md5_batch")
def _(i: Inputs) -> Fields:
    first, last = (re.fullmatch(r"(.*?)(\d+)", end) for end in i["users"].split(".."))
    users = [f"{first[1]}{index}" for index in range(int(first[2]), int(last[2]) + 1)]
    tests = i.get("test_ids") or [i["test_id"]]
    buckets = [[legacy_bucket(user, str(test))[1] for user in users] for test in tests]
    even = stats.sample_ratio([Counter(buckets[0])[bucket] for bucket in range(100)], [1] * 100)
    drawn = [[VARIANTS[drawn_variant(user, str(test), EVEN)[1]] for user in users] for test in tests]
    fields = {
        "control": drawn[0].count("control"),
        "chi2_100_buckets": even.chi2,
        "p_100_buckets": even.p_value,
    }
    if len(tests) == 2:
        pairs = Counter(zip(*drawn, strict=True))
        table = [[pairs[row, column] for column in ("control", "test")] for row in ("control", "test")]
        independent = stats.proportions_chi_square([Proportion(control, control + test) for control, test in table])
        fields |= {"table": table, "p_independence": independent.p_value}
    return fields


@file_kind("udacity_hygiene")
def _(i: Inputs, data: Path) -> Fields:
    rows = page_rows.exposures(data / i["file"])
    if i["policy"] == "counts":
        each = Counter(row.user for row in rows)
        return {
            "rows": len(rows),
            "unique_users": len(each),
            "group_page_mismatch_rows": sum(not row.agrees for row in rows),
            "users_in_both_groups": len(page_rows.in_both_groups(rows)),
            "users_with_more_than_one_row": sum(times > 1 for times in each.values()),
        }
    kept = page_rows.cleaned(rows, i["policy"])
    control, test = both_arms(kept)
    return counts(control, test) | {
        "rows": len(kept),
        "srm_p": stats.sample_ratio([control.users, test.users], [1, 1]).p_value,
    }


@file_kind("daily_replay")
def _(i: Inputs, data: Path) -> Fields:
    kept, alpha = page_rows.cleaned(page_rows.exposures(data / i["file"]), i["policy"]), alpha_in(i)
    by_day: dict[str, list[page_rows.Exposure]] = defaultdict(list)
    for row in kept:
        by_day[row.day].append(row)
    days, significant, crossed = [], [], False
    control = test = Proportion(0, 0)
    for day in sorted(by_day):
        more_control, more_test = both_arms(by_day[day])
        control, test = together(control, more_control), together(test, more_test)
        fields = counts(control, test)
        looks = stats.msprt(
            fields["diff"] or 0.0, unpooled_variance(control) + unpooled_variance(test), i["tau2"], alpha
        )
        log = looks.log_likelihood_ratio
        days.append({"day": day, "msprt_lr": None if log is None else math.exp(log), **fields})
        crossed = crossed or looks.rejects(alpha)
        if fields["p_value"] is not None and fields["p_value"] < alpha:
            significant.append(day)
    return {"days": days, "naive_significant_days": significant, "msprt_crossed": crossed}


def both_arms(rows: list[page_rows.Exposure]) -> tuple[Proportion, Proportion]:
    users, hits = Counter(row.group for row in rows), Counter(row.group for row in rows if row.converted)
    return Proportion(hits["control"], users["control"]), Proportion(hits["treatment"], users["treatment"])


def together(one: Proportion, other: Proportion) -> Proportion:
    return Proportion(one.conversions + other.conversions, one.users + other.users)


def unpooled_variance(shown: Proportion) -> float:
    rate = shown.rate or 0.0
    return rate * (1 - rate) / max(shown.users, 1)


def counts(control: Proportion, test: Proportion) -> Fields:
    found = stats.two_proportion_z(control, test)
    return {
        "x_control": control.conversions,
        "n_control": control.users,
        "x_test": test.conversions,
        "n_test": test.users,
        "diff": found.difference,
        "z": found.z,
        "p_value": found.p_value,
    }
