"""The screens. They call services and know no SQL."""
