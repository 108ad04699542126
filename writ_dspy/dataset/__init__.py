"""From accepted conversations to rows on disk: columns, chat messages, splits, shaping, and the formats of trainers.

`rows` says what a row holds, `messages` how it is told as a chat, `export` writes the folder, `formats` what trainers read.
"""
