"""`aipower serve`: the registry, and its tokens."""
