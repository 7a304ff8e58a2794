"""From a trained model to a checked bundle."""
