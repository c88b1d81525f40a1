"""SNS and SES: one request per message, their errors as outcomes, their receipts, the e-mail's bytes.

One external service per file; clients are arguments. May use `rules` and below.
"""
