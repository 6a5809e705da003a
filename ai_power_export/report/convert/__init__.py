"""Between the versions of the format: what each holds of what another says."""
