"""Installs the example packages, and those that `pytoco new-plugin` writes, as users do, and runs all they promise."""
