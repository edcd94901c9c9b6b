"""Sources: an address → local files or a ready table."""
