"""The importer of published standards: file → lines → sections → fields and criteria → check → database.

read.py reads (formats/), parse.py understands, store.py keeps. No step knows the next one's business.
"""
