"""The only place that talks to mail services: one protocol, one file a provider, and the words of our mails."""
