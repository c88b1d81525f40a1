"""The phone and mail networks behind SNS and SES: accepted messages, their outcomes and receipts."""
