import json
import subprocess
import sys

ASKED = """
import json, sys
import jaxtyping, torch
before = set(sys.modules)
from salience.attention import *
print(json.dumps(sorted({name.split(".")[0] for name in set(sys.modules) - before})))
"""


def test_attention_brings_nothing_but_itself_to_pytorch() -> None:
    done = subprocess.run([sys.executable, "-c", ASKED], stdout=subprocess.PIPE, check=True)

    assert json.loads(done.stdout) == ["salience"]
