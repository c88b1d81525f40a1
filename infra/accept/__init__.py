"""The acceptance of a stage on a real account: what only AWS can answer, asked step by step; `make accept`.

A step is data: a question, what it does, what is expected, and how it is undone. Nothing is asked of AWS without a yes.
"""
