"""A domain to begin with: the lending desk of a town library, declared in `library.yaml`; `writ domains new` copies it."""
