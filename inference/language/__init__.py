"""Language models: loading them, and one token after another out of them. What is talked about is not known here."""
