"""Actions that people take by hand: queue actions, phone notes, opt-outs, export, erasure, removal of a practice.

May use `reports` and below.
"""
