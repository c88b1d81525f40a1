"""Commands for the day's work: status, queue, calls, explain, preview, history, daily-check."""
