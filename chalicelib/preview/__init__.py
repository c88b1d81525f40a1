"""The preview of the next runs and the forecast of credits, by the functions that the runs use.

Writes nothing. May use `explain` and below.
"""
