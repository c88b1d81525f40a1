"""Corrections and shortcuts in moto and botocore while the local cloud is open."""
