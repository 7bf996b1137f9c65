"""Reports of experiments that can be sent to somebody."""
