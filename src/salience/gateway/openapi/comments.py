"""The comments of the protos, which protoc keeps and the generated stubs do not."""

import tempfile
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from typing import Any

from google.protobuf.descriptor_pb2 import FileDescriptorProto, FileDescriptorSet

# Field numbers within the messages of descriptor.proto, of which a location's path is made.
_CHILDREN = {
    "file": {4: "message_type", 5: "enum_type", 6: "service"},
    "message_type": {2: "field", 3: "nested_type", 4: "enum_type", 8: "oneof_decl"},
    "nested_type": {2: "field", 3: "nested_type", 4: "enum_type", 8: "oneof_decl"},
    "enum_type": {2: "value"},
    "service": {2: "method"},
}


def proto_comments(protos: Path) -> dict[str, str]:
    """Leading comments by full name, of all protos under a folder. Needs grpc_tools."""
    return {
        name: comment for file in _compiled(protos).file for name, comment in _comments_of(file)
    }


def _compiled(protos: Path) -> FileDescriptorSet:
    from grpc_tools import protoc

    includes = [protos, files("grpc_tools") / "_proto", files("google.rpc") / "../.."]
    with tempfile.TemporaryDirectory() as folder:
        image = Path(folder, "image.binpb")
        sources = [str(path) for path in sorted(protos.rglob("*.proto"))]
        options = ["--include_source_info", f"--descriptor_set_out={image}"]
        if protoc.main(["protoc", *(f"-I{path}" for path in includes), *options, *sources]):
            raise SystemExit("protoc failed")
        return FileDescriptorSet.FromString(image.read_bytes())


def _comments_of(file: FileDescriptorProto) -> Iterator[tuple[str, str]]:
    for location in file.source_code_info.location:
        name = _full_name(file, list(location.path))
        if name and location.leading_comments:
            yield name, " ".join(location.leading_comments.split())


def _full_name(file: FileDescriptorProto, path: list[int]) -> str:
    """What a path points at; empty for what has no name, such as an option."""
    node: Any = file
    names, kind = [file.package], "file"
    while len(path) >= 2:
        kind = _CHILDREN.get(kind, {}).get(path[0], "")
        if not kind:
            return ""
        node = getattr(node, kind)[path[1]]
        names.append(node.name)
        path = path[2:]
    return "" if path else ".".join(names)
