"""What a lesson runs; what a page shows of it is in ``widgets``."""
