"""The local cloud: moto, the carriers and a clock in this process, played through days. May use `demo`."""
