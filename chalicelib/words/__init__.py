"""The words of a text: catalogues of each language, and how times and numbers are written in it.

Used where a person reads: by the command, e-mails, and the `text` of a log line. May use `text` only.
"""
