"""A declaration begun from tools and data by execution, and its phrases by a model whose every word code judges.

`material` gathers tools and a state, `records` and `calls` find out what names what, `joined` how tools and tables hang
together, `clauses` what the tools refuse and why; `declaring` and `writing` make the file of it.
"""

from writ_dspy.drafting.declaring import Drafted, drafted
from writ_dspy.drafting.material import Material, gathered
from writ_dspy.drafting.writing import lacking, settle, text_of, write

__all__ = ["Drafted", "Material", "drafted", "gathered", "lacking", "settle", "text_of", "write"]
