"""Why a patient gets a message, got one, or does not, and what to change.

Reads only. May use `jobs` and below.
"""
