"""One file for each schema that ever landed; a file here is never edited again."""
