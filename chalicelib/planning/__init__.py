"""Decides what a run will do, as data: search days, admission, grouping, re-check, message, report.

Pure. May use `rules` and below.
"""
