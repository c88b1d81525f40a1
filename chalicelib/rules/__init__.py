"""Decides which patients get a message: a database row as a candidate, and the table of rules that admit or refuse it.

Pure. May use `entries` and below.
"""
