"""What goes into models and comes out of them, and where it came from; one module a family of containers."""
