"""Bridge: our own highlighter, trained from nothing on simulated defects over the frozen features of a backbone."""
