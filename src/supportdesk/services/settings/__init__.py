"""Settings: the config file, the environment and their defaults."""
