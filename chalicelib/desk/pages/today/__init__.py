"""The first page of a practice."""
