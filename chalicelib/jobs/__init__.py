"""The steps that the Lambdas run: tick, dispatch, prepare, send, deliver, status, sweep, sync.

Their outside things are handed in as ports. May use `admin` and below; only `wiring` builds the ports.
"""
