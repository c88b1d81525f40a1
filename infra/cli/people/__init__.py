"""`vitosms people`: who may sign in to the desk."""
