"""What is wrong with a report, whoever wrote it."""
