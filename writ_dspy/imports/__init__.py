"""Conversations that others made, read and judged.

`files` finds the records of a file, whatever form it has; `chat` reads a list of messages as turns; `printing` puts a tool
result that is the same by value into our tools' own printing; `tasks` says what is known of the task; `judge` judges.
"""
