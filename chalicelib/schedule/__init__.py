"""When jobs run: the schedule's grammar, its instants, the sending window, and the state of each job.

Pure. May use `text`.
"""
