"""From a config and named weights to a float32 TFLite file: graphs written operator by operator."""
