"""Set-up on a user's machine. Uses nothing but the standard library: it runs before anything is installed."""
