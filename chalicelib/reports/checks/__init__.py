"""Read quickly what pages check: a day, and addresses."""
