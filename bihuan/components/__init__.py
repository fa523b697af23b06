"""What every page is built from: shell, components, looks, scripts. Knows no subject and no table."""
