"""SNS and SES: one request a message, their errors as outcomes, their receipts, the e-mail's bytes.

One outside thing a file; clients are handed in. May use `rules` and below.
"""
