"""Importing: how a file that a person sends becomes evidence and readings, from the command line or the API."""
