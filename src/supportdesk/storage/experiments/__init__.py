"""Queries of experiments: definitions, traffic, daily sums, looks."""
