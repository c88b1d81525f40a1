"""Pages of the call list."""
