"""The preferences screen."""
