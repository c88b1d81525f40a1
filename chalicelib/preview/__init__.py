"""The preview of the next runs and the forecast of credits, by the functions that the runs use.

Writes nothing, but alerts balances that will not last over days off. May use `explain` and below.
"""
