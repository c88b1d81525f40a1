"""Tests that share one played demo practice: a package, so that it is closed when the next folder begins."""
