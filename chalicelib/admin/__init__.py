"""Actions that people take: queue actions, phone notes, pause of all, opt-outs, export, erasure, removal of a practice.

The jobs use two of them: `status` records opt-outs, `run_job` deletes a removed practice. May use `reports` and below.
"""
