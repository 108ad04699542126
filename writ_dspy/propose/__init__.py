"""Tasks: cells of a mix are filled with drafts that a user may ask for, each resolved, certified and fenced off.

`mix` says what is wanted, `proposer` drafts, `accept` decides, `firewall` keeps official tasks out, `rephrase` finds other words.
"""
