"""Who understands the calls and the live objects of which framework."""
