"""Training of the embedded network: data, model, fitting, quantisation and the .tflite writer."""
