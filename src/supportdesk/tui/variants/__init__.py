"""Variants of an experiment in the forms: what is shown to whom."""
