"""The parts of AnomalyGPT by hand, to learn from: each file reads like its paper, the shape at the end of the line.

Users run the versions of the libraries unless the setting `components` says "textbook"; tests hold both to the same
numbers on the same weights. Nothing here imports transformers, and no file is longer than what it explains.
"""

from typing import Literal

Components = Literal["framework", "textbook"]
"""Which versions of backbone and language model compute: the libraries' or those by hand."""
