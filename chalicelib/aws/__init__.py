"""The table, the queues, the Parameter Store, the logs and the alert senders.

Each class gets its clients as arguments; the formats of items are in pure files. May use `settings` and below.
"""
