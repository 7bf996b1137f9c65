"""Commands: parse, call a service, print. The accessible twin of the screens."""
