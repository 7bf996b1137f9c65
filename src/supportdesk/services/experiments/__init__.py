"""Experiments: definition, lifecycle, assignment and traffic."""
