"""Pages of the search: patients and their messages, explained."""
