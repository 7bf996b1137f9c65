"""Mail providers, one file each."""
