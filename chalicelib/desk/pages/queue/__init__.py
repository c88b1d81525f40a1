"""Pages of the Versand-Queue."""
