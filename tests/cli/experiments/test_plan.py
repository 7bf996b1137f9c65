"""Plans and simulations, without a desk."""

import pytest


def test_per_cent_are_answered_with_how_to_write_them(run):
    def says(*words):
        return run("experiment", "plan", *words).err

    assert "'13' is not allowed" in says("--baseline", "13", "--effect", "0.02")
    assert "write 0.13 for 13 %" in says("--baseline", "13", "--effect", "0.02")
    assert "write 0.8 for 80 %" in says("--baseline", "0.13", "--effect", "0.02", "--power", "80")


def test_a_plan_and_a_simulation(run):
    planned = run("experiment", "plan", "--baseline", "0.13", "--effect", "0.02", "--daily-users", "500")
    assert "users per variant" in planned.out
    assert "days at 500 users a day" in planned.out
    assert "Fleiss" in planned.out
    simulated = run("experiment", "simulate", "--aa", "--runs", "100", "--json").json["methods"]
    assert {tuple(each) for each in simulated} == {("method", "rate", "error")}
    assert "the verdict here" in run("experiment", "simulate", "--aa", "--runs", "20").out
    assert run("experiment", "simulate").code == 2


def test_a_plan_knows_weights_means_looks_and_comparisons(run):
    def planned(*words):
        return run("experiment", "plan", *words, "--json").json

    rate = ("--baseline", "0.13", "--effect", "0.02")
    even, uneven = planned(*rate), planned(*rate, "--weights", "90/10")
    assert even["users_per_arm"] == 4724
    assert uneven["users"] > 2 * even["users"]
    assert uneven["users_per_arm"] == uneven["arms"][1] < uneven["arms"][0]
    looked = planned(*rate, "--looks", "20")
    assert 1.03 < looked["users_per_arm"] / even["users_per_arm"] < 1.06
    assert even["users_with_looks"] > even["users_per_arm"]
    several = planned(*rate, "--variants", "3", "--metrics", "2")
    assert several["alpha"] == pytest.approx(0.05 / 4)
    # R: power.t.test(delta = 0.5, sd = 4, power = 0.8) has 1005.6 a group.
    assert 1000 < planned("--baseline", "20", "--effect", "0.5", "--sd", "4")["users_per_arm"] < 1010
    assert "Holm's first and hardest step" in run("experiment", "plan", *rate, "--variants", "3").out


def test_a_guardrail_is_planned_by_its_margin(run):
    shown = run("experiment", "plan", "--baseline", "0.13", "--margin", "5%")
    assert "non-inferiority" in shown.out
    tight, loose = (
        run("experiment", "plan", "--baseline", "0.13", "--margin", margin, "--json").json["users_per_arm"]
        for margin in ("1%", "5%")
    )
    assert 20 < tight / loose < 26
    assert run("experiment", "plan", "--baseline", "0.13").code == 2
