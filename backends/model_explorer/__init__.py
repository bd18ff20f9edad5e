"""The MODEL_EXPLORER output format: a conversion stage by stage, as JSON for the Model Explorer viewer."""
