"""Two arms compared within each of several strata, such as phases."""
