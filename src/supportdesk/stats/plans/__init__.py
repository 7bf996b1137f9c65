"""Sample sizes of plans: arms of different shares, and what looks cost."""
