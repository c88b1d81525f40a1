"""People who sign in to the desk: their role, their limits, their PIN. Pure."""
