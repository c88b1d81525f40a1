"""Reports that people ask for: status, call list, daily summary, reconciliation of a day.

They only read, except that the daily summary sends an e-mail. May use `aws` and below.
"""
