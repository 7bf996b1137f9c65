"""Mail that waits for a decision."""
