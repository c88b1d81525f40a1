"""Commands for a patient's data: export, erase, optout."""
