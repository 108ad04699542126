"""The command line: a module per group of commands over the other rooms; `main.app` is all of `writ`."""
