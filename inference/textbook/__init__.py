"""The parts of AnomalyGPT by hand, to learn from: each file reads like its paper, the shape at the end of the line.

Users run the versions of the libraries; tests hold both to the same numbers on the same weights. Nothing here imports
transformers, and no file is longer than what it explains.
"""
