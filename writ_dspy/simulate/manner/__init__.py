"""How a user really talked: a level and a number for each dimension of manner, measured and never judged.

What is counted here is general English (a dictionary, contractions, courtesy, haste, asides), not the words that scripts write
with: a model and a script are measured alike. `words` cuts texts, `language`, `voice` and `telling` each measure some dimensions,
`measured` gathers them. What cannot be measured honestly is `not measured`.
"""

from writ_dspy.simulate.manner.measured import DIMENSIONS, NOT_MEASURED, Level, measured, put_right, to_json

__all__ = ["DIMENSIONS", "NOT_MEASURED", "Level", "measured", "put_right", "to_json"]
