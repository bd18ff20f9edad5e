"""A pytoco plugin from a package of its own."""
