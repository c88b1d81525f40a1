"""Texts and where they can go: templates, placeholders, SMS parts, numbers and addresses.

Pure except for the texts packaged beside it. May use `text`.
"""
