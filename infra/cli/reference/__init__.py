"""The JSON documents of the command: a JSON Schema for each, and the page that explains them."""
