"""What must not leave: the one place that every report passes on its way to a file and out of the house."""
