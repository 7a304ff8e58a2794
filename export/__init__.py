"""Command lines that turn a trained model into a bundle: argument parsing, and calls into `lite_transformer_tf.tflite`."""
