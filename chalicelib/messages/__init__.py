"""Texts and their recipients: templates, placeholders, SMS parts, numbers and addresses.

Pure except for the packaged texts. May use `text`.
"""
