"""The words of a text: the catalogues of each language, and its formats of times and numbers.

Used for output to people: by the command, e-mails, and the `text` of a log line. May use `text` only.
"""
