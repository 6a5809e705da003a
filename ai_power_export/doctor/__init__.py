"""What can be measured on this machine, how well, and how to get better."""
