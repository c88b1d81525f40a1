"""Actions of people: on entries, phone notes, stopping everything, opt-outs, export, erasure, removing a practice.

The jobs use two of them: `status` records opt-outs, `run_job` deletes a removed practice. May use `reports` and below.
"""
