"""A second reading of both databases, and edits of their records: no code of the resolver or of the witnesses."""
