"""Pages of the people who may sign in, their devices and PINs."""
