"""A practice as it is set up: its record, switches, job settings, licences and opt-outs.

Pure. May use `messages` and below.
"""
