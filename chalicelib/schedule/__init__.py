"""When jobs run: the schedule's grammar, its instants, the sending window, and what each job has done.

Pure, and the ground floor: may use no other room.
"""
