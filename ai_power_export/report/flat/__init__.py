"""Reports as tables: one wide row a report, or tables that keys join; and wide rows back to reports."""
