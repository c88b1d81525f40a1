"""Parts that all commands share: arguments, output, tables, confirmation, and the stage they ask."""
