"""Makes what stands here, such as `explained_report`, importable for the tests of the rooms below."""
