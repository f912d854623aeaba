"""Makes the pictures of `docs/textbook`: what each part by hand sees in the sample photos."""
