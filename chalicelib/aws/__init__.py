"""The table, the queues, the Parameter Store, the logs and the alert senders.

One outside thing a file, clients handed in; the items' shapes are pure files beside them. May use `settings` and below.
"""
