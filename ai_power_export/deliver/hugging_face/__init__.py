"""A data set on Hugging Face as a destination: reports in a pull request."""
