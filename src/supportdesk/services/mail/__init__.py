"""Mail: what is queued for whom, and how it is delivered."""
