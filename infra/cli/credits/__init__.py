"""Commands for the credits of each Mandant: balance, ledger, top-up, transfer, forecast."""
