"""Images: which are accepted, how they are decoded and what a network sees of them."""
