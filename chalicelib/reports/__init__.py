"""Reports that people ask for: status, call list, daily summary, reconciliation of a day.

All but the daily summary only read; that sends an e-mail. May use `aws` and below.
"""
