"""报告: documents rendered by the server. They open without script, print, and can be archived as one file."""
