"""Mail services: one protocol, one file a provider, and the texts of our mails. Nothing else talks to them."""
