"""The code that ships to Lambda, in rooms: each uses only the rooms below it (floors: pyproject.toml)."""
