"""AWS's quotas of the Parameter Store, by its page of endpoints and quotas."""

MOST_PARAMETERS = 10_000  # of the standard tier, in an account and region
PUTS_PER_SECOND = 3  # PutParameter, in an account and region
MOST_PRACTICES = 300  # whose settings are saved without being asked for: 31 each fit
OTHER_PARAMETERS = 100  # that `practice add` leaves free: URLs of databases, keys of opt-outs, templates
