"""What the next runs would do, and when credits run out, by the functions that the runs use.

Writes nothing. May use `explain` and below.
"""
