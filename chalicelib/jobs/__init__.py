"""The steps that the Lambdas run: tick, dispatch, prepare, send, deliver, status, sweep, sync.

External things are passed in as ports. May use `admin` and below; only `wiring` builds the ports.
"""
