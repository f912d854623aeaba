"""Mini: our own small AnomalyGPT. It sees a photo and its anomaly map, and talks about them; it never decides."""
