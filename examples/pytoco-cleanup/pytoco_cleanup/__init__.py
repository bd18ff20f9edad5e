"""A pytoco plugin of passes: what training left behind goes, convolutions take hard swish in."""
