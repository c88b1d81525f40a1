"""Reads the practice's own database: its URL, one SQL statement a query, and errors as texts.

I/O, through the SQLite file, SQL Server or canary; may use `text` only.
"""
