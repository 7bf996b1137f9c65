"""Error rates and power of the rules that decide experiments: `python -m tests.simulations [NAME]...`."""
