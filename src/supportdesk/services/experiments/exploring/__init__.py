"""Readings of the data of an experiment that its plan does not name; none of them decides."""
