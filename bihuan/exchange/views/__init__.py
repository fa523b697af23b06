"""Pages of reporting upward, and the door at which bundles come in."""
