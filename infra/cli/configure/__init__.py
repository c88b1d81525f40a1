"""Commands that set a practice up: switches, jobs, templates, licences, doctor."""
