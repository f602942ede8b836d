"""What each role's home page answers: its first question, from the tables, within its own scope."""
