"""A registry, or any service that takes JSON, as a destination."""
