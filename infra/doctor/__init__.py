"""The check-up of one practice: from its parameters to the text that its next patient would read."""
