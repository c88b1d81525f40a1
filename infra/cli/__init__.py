"""The command `vitosms`: a folder for each subject, on top of every other room of infra."""
