"""The open format: models, assembly from facts, validation, files."""
