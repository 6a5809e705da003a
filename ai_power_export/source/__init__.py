"""What the source says, read without being run."""
