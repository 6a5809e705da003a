"""A git repository as a destination: a branch with a commit, pushed."""
