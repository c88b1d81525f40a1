"""Stores of the table that only the desk uses."""
