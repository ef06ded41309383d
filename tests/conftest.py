"""Every tensor shape written in a signature is checked while tests run."""

from jaxtyping import install_import_hook

install_import_hook(
    ["salience.attention", "salience.models", "salience.decoding"], "beartype.beartype"
)
