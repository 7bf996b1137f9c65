"""An experiment that tests of commands begin with, and users who fall into its arms."""

from itertools import count, islice

from tests.arms import falling_in

BUTTON = ("--name", "Button", "--control", "green", "--test", "blue", "--metric", "clicks")


def in_arms(run, *many):
    """Assign so many users to each arm of experiment 1."""
    experiment_id = run("experiment", "show", "1", "--json").json["id"]
    return [
        user
        for arm, users in enumerate(many)
        for user in islice(falling_in(arm, map(str, count()), experiment_id), users)
    ]
