"""Reports that people ask for: status, call list, daily summary, reconciliation of a day.

Reads only. May use `aws` and below.
"""
