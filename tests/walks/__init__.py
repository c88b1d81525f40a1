"""Walks through the desk in a real browser. No network except loopback."""
