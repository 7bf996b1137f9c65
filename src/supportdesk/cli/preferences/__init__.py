"""Commands about notification preferences."""
