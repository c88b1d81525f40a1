"""The local cloud: moto, the phone and mail networks and a clock in this process, for whole days. May use `demo`."""
