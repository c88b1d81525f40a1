"""An entry of the queue: its states and lettered transitions, credits, receipts, manual decisions.

Pure. May use `practice` and below.
"""
