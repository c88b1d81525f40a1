"""The desk on this machine: API Gateway before its Lambda, the user pool, and a provider to sign in at."""
