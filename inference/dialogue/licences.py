"""Licences of models that are neither shipped nor fetched, to be shown before they are loaded."""

ANOMALYGPT_LICENCE = (
    "CC-BY-NC-SA-4.0 (AnomalyGPT, PandaGPT, ImageBind) and LLaMA's research licence (Vicuna v0): not for business"
)
