"""Runs in the browser: pages that are served on this machine alone, or written as a folder; nothing is fetched from anywhere.

`site` knows every file that the pages ask for, `index` and `talk` make the data, `front/` is the front end, and `server`,
`folder` and `single` hand it over.
"""

from writ_dspy.view.site import Site

__all__ = ["Site"]
