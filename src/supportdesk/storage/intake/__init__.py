"""Mail that comes in: the durable store of raw mails, and the log of what became of them."""
