"""`pytoco new-plugin`: writes a whole plugin package from templates, ready to install, test and publish."""
