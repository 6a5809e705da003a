"""Reading what others wrote, once for all commands: files, JSON, and the places in it."""
