"""Mail that comes in: what a raw message holds. Pure functions; nothing is fetched, opened or answered."""
