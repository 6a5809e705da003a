"""The versions of the format: their models, their schemas, and which of them a document follows."""
