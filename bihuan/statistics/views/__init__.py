"""Pages of statistical forms: showing them, defining them, handing them in."""
