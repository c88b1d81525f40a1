"""Commands that reach no AWS account: demo, rehearse, local, simulate."""
