"""The check-up of one practice, from its parameters to its next messages. May use `account` and below, not `deploy`."""
