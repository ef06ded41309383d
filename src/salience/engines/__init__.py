"""How a model is executed: PyTorch, ONNX Runtime or CTranslate2."""
