"""The audit database, the photo and map files, reports and exports. No Qt, no torch, nothing from `inference`."""
