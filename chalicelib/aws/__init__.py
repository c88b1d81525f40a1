"""The table, the queues, the Parameter Store, the logs and the alert senders.

Each class has its clients handed in; the shapes of the items are pure files beside them. May use `settings` and below.
"""
