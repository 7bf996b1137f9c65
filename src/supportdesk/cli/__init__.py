"""Commands: parse, call a service, print. The accessible equivalent of the screens."""
