"""Pages that check a practice's day and its data."""
