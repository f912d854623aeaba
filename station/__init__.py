"""What an inspection station does, joining `inference` and `storage`. Also the command line. No Qt."""
