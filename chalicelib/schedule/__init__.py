"""When jobs run: the schedule's grammar, its instants, the sending window, and what each job has done.

Pure. May use `text`.
"""
