"""Messages and enums as JSON schemas of their proto3 JSON form."""

from collections.abc import Mapping
from typing import Any, TypeAlias

from google.protobuf.descriptor import Descriptor, EnumDescriptor, FieldDescriptor

Schema: TypeAlias = dict[str, Any]

_SCALARS: dict[int, Schema] = {
    FieldDescriptor.TYPE_STRING: {"type": "string"},
    FieldDescriptor.TYPE_BYTES: {"type": "string", "contentEncoding": "base64"},
    FieldDescriptor.TYPE_BOOL: {"type": "boolean"},
    FieldDescriptor.TYPE_FLOAT: {"type": "number"},
    FieldDescriptor.TYPE_DOUBLE: {"type": "number"},
    FieldDescriptor.TYPE_INT32: {"type": "integer"},
    FieldDescriptor.TYPE_UINT32: {"type": "integer", "minimum": 0},
}

_WELL_KNOWN: dict[str, Schema] = {
    "google.protobuf.Duration": {
        "type": "string",
        "pattern": r"^-?\d+(\.\d+)?s$",
        "description": "Seconds, with an `s` at the end.",
        "examples": ["0.012s"],
    },
    "google.protobuf.Any": {
        "type": "object",
        "properties": {"@type": {"type": "string"}},
        "required": ["@type"],
        "description": "A detail of an error, of the type that `@type` names.",
    },
    "google.rpc.Status": {
        "type": "object",
        "properties": {
            "code": {"type": "integer", "description": "A `google.rpc.Code`."},
            "message": {"type": "string"},
            "details": {
                "type": "array",
                "items": {"$ref": "#/components/schemas/Any"},
                "description": "`ErrorInfo` has the reason, `BadRequest` the fields at fault,"
                " `RetryInfo` when to try again.",
            },
        },
        "required": ["code", "message", "details"],
        "description": "An error in place of a result.",
    },
}


class SchemaBook:
    """Collects the schemas that messages need. `comments` are by full name."""

    def __init__(self, comments: Mapping[str, str]) -> None:
        self.schemas: dict[str, Schema] = {}
        self._comments = comments

    def reference(self, message: Descriptor, *, printed: bool) -> Schema:
        """A reference to the schema of a message, which is noted down.

        `printed` says that we write it, zero values and all; else we read it.
        """
        if message.name not in self.schemas:
            self.schemas[message.name] = {}  # A message may contain itself.
            self.schemas[message.name] = self._message(message, printed=printed)
        return {"$ref": f"#/components/schemas/{message.name}"}

    def form(self, message: Descriptor) -> Schema:
        """The schema of a message sent as a multipart form, its bytes as files."""
        properties: dict[str, Schema] = {}
        for field in message.fields:
            schema = self._field(field, printed=False)
            if field.type == FieldDescriptor.TYPE_BYTES:
                schema = {**schema, "items": {"type": "string", "format": "binary"}}
            properties[field.name] = schema
        return {"type": "object", "properties": properties, "additionalProperties": False}

    def _message(self, message: Descriptor, *, printed: bool) -> Schema:
        if message.full_name in _WELL_KNOWN:
            if message.full_name == "google.rpc.Status":
                self.schemas["Any"] = _WELL_KNOWN["google.protobuf.Any"]
            return _WELL_KNOWN[message.full_name]
        schema: Schema = {
            "type": "object",
            **self._description(message.full_name),
            "properties": {
                field.name: self._field(field, printed=printed) for field in message.fields
            },
            "additionalProperties": False,
        }
        always = [field.name for field in message.fields if not field.has_presence]
        if printed and always:
            schema["required"] = always
        for oneof in message.oneofs:
            choices = [{"required": [field.name]} for field in oneof.fields]
            if printed:
                schema["oneOf"] = choices
            elif len(choices) > 1:  # A single one is an optional field.
                schema["oneOf"] = [*choices, {"not": {"anyOf": choices}}]
        return schema

    def _field(self, field: FieldDescriptor, *, printed: bool) -> Schema:
        single = self._single(field, printed=printed)
        schema = {"type": "array", "items": single} if field.is_repeated else single
        return {**schema, **self._description(field.full_name)}

    def _single(self, field: FieldDescriptor, *, printed: bool) -> Schema:
        if field.message_type is not None:
            return self.reference(field.message_type, printed=printed)
        if field.enum_type is not None:
            return self._enum(field.enum_type)
        return _SCALARS[field.type]

    def _enum(self, enum: EnumDescriptor) -> Schema:
        names = [value.name for value in enum.values]
        meanings = [f"`{name}`: {self._value_comment(enum, name)}" for name in names[1:]]
        description = " ".join([self._comments.get(enum.full_name, ""), *meanings])
        self.schemas.setdefault(
            enum.name, {"type": "string", "enum": names, "description": description}
        )
        return {"$ref": f"#/components/schemas/{enum.name}"}

    def _value_comment(self, enum: EnumDescriptor, name: str) -> str:
        return self._comments.get(f"{enum.full_name}.{name}", "")

    def _description(self, full_name: str) -> Schema:
        comment = self._comments.get(full_name)
        return {"description": comment} if comment else {}
