"""The Open Inference Protocol, version 2: any model by tensors of bytes."""
