"""The open-data server: takes reports, checks them, keeps every version, and serves them (extra `serve`)."""
