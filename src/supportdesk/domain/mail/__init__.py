"""Mail: notifications, when they are due, and what came in."""
