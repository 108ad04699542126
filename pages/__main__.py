"""`python -m pages`: bring everything up to date that code writes."""

from pages import written

for path, text in written().items():
    path.write_text(text, encoding="utf-8")
