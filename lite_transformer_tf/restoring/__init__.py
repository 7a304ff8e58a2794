"""From a bundle back to a model that trains: configuration, weights, vocabularies. Nothing here needs TensorFlow."""
