"""Analysis of an experiment: figures, comparisons, health and verdict."""
