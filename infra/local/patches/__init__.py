"""What moto and botocore do too slowly, or wrongly, for the local cloud, put right while it is open."""
