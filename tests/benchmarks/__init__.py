"""Measurements, run by hand or nightly; every figure is set against a floor measured in the same run."""
