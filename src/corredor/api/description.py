"""OpenAPI description of endpoints outside the API's views: files, the partners' CAP endpoint, webhooks to partners."""

from __future__ import annotations

from typing import Any

from ninja import Schema
from ninja.openapi.schema import OpenAPISchema

from corredor.kit.languages import LANGUAGES

from .shapes import AlertNews, CapRefused, CapTaken, IncidentNews

_FILES = (
    ("/live.json", "live", "The front page as one file", "application/json"),
    *(
        (f"/feeds/{one.code}.atom", f"atom{one.code.capitalize()}", f"News in {one.english}", "application/atom+xml")
        for one in LANGUAGES.values()
    ),
    ("/feeds/incidents.geojson", "geojson", "Areas of public incidents (RFC 7946)", "application/geo+json"),
    ("/feeds/cap.atom", "capIndex", "An index of CAP messages", "application/atom+xml"),
    ("/feeds/cap/{slug}.xml", "cap", "One message as CAP 1.2", "application/cap+xml"),
)
_CONDITIONAL = [
    {"name": "If-None-Match", "in": "header", "required": False, "schema": {"type": "string"}},
    {"name": "Accept-Encoding", "in": "header", "required": False, "schema": {"type": "string"}},
]
_SLUG = {"name": "slug", "in": "path", "required": True, "schema": {"type": "string", "pattern": "^[a-z0-9]{4,20}$"}}
_CAP_TYPES = ("application/cap+xml", "application/xml", "text/xml")
_SIGNED = [
    {"name": name, "in": "header", "required": True, "description": words, "schema": {"type": "string"}}
    for name, words in (
        ("webhook-id", "The same for every try of one call."),
        ("webhook-timestamp", "Seconds since 1970 at which this try was signed."),
        ("webhook-signature", "v1, and base64 of HMAC-SHA256; two of them, with a blank between, while a key changes."),
    )
]


def complete(schema: OpenAPISchema) -> OpenAPISchema:
    """Return the schema with every endpoint a partner may use."""
    schema["paths"] |= {path: {"get": _describe_file(path, *rest)} for path, *rest in _FILES}
    schema["paths"]["/hooks/cap"] = {"post": _describe_door()}
    schema["webhooks"] = {
        "incident": {"post": _describe_call(IncidentNews)},
        "alert": {"post": _describe_call(AlertNews)},
    }
    components = schema.setdefault("components", {})
    components.setdefault("securitySchemes", {})["partnerToken"] = {"type": "http", "scheme": "bearer"}
    shapes = components.setdefault("schemas", {})
    for shape in (CapTaken, CapRefused, IncidentNews, AlertNews):
        described = shape.model_json_schema(ref_template="#/components/schemas/{model}")
        shapes |= described.pop("$defs", {})
        shapes[shape.__name__] = described
    return schema


def _describe_file(path: str, name: str, words: str, kind: str) -> dict[str, Any]:
    content: dict[str, Any] = {kind: {"schema": {"type": "string"}}}
    if path == "/live.json":
        content = {kind: {"schema": _ref_name("Front")}}
    elif path.endswith(".geojson"):
        content = {kind: {"schema": {"type": "object", "required": ["type", "features"]}}}
    is_one = "{slug}" in path
    missing = {"404": {"description": "No such message, or none that the public may see."}} if is_one else {}
    return {
        "operationId": name,
        "summary": words,
        "tags": ["files"],
        "parameters": [*([_SLUG] if is_one else []), *_CONDITIONAL],
        "responses": {
            "200": {"description": words, "headers": _validator(), "content": content},
            "304": {"description": "Your copy still holds.", "headers": _validator()},
            **missing,
        },
    }


def _describe_door() -> dict[str, Any]:
    return {
        "operationId": "report",
        "summary": "A neighboring network's CAP message, as a report to be checked",
        "tags": ["partners"],
        "security": [{"partnerToken": []}],
        "requestBody": {"required": True, "content": {kind: {"schema": {"type": "string"}} for kind in _CAP_TYPES}},
        "responses": {
            "201": _answer("A new report for the desk.", CapTaken),
            "200": _answer("Taken, but no new report; the result says why.", CapTaken),
            **{
                status: _answer(words, CapRefused)
                for status, words in (
                    ("400", "Not CAP 1.2; the faults are named."),
                    ("401", "No token, or one that opens nothing."),
                    ("411", "The length was not announced."),
                    ("413", "More than 64 kB."),
                    ("415", "Not XML."),
                    ("429", "More than a desk can read."),
                )
            },
        },
    }


def _describe_call(shape: type[Schema]) -> dict[str, Any]:
    return {
        "summary": (shape.__doc__ or "").strip(),
        "description": "Signed by the Standard Webhooks specification. Anything but 2xx is tried again for a day.",
        "parameters": _SIGNED,
        "requestBody": {"required": True, "content": {"application/json": {"schema": _ref(shape)}}},
        "responses": {"2XX": {"description": "Accepted."}, "410": {"description": "Never call again."}},
    }


def _answer(words: str, shape: type[Schema]) -> dict[str, Any]:
    return {"description": words, "content": {"application/json": {"schema": _ref(shape)}}}


def _ref(shape: type[Schema]) -> dict[str, str]:
    return _ref_name(shape.__name__)


def _ref_name(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{name}"}


def _validator() -> dict[str, Any]:
    return {"ETag": {"description": "A strong validator.", "schema": {"type": "string"}}}
