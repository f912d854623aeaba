"""The window: Qt, and nothing but Qt and calls to `station`."""
