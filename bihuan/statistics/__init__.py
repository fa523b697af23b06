"""Statistical forms (统计表): tables that are filled from the records."""
