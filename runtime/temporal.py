"""The connection to Temporal: converter, first contact, search attributes, how long closed cases stay."""

from __future__ import annotations

import asyncio
import atexit
import logging
import time
from collections.abc import Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Any, ClassVar, cast

from google.protobuf.duration_pb2 import Duration
from temporalio.api.namespace.v1 import NamespaceConfig
from temporalio.api.operatorservice.v1 import AddSearchAttributesRequest, ListSearchAttributesRequest
from temporalio.api.workflowservice.v1 import DescribeNamespaceRequest, UpdateNamespaceRequest
from temporalio.client import Client
from temporalio.common import SearchAttributeKey
from temporalio.contrib.pydantic import PydanticPayloadConverter
from temporalio.converter import (
    CompositePayloadConverter,
    DataConverter,
    DefaultFailureConverterWithEncodedAttributes,
    EncodingPayloadConverter,
)
from temporalio.envconfig import ClientConfig
from temporalio.runtime import (
    LogForwardingConfig,
    LoggingConfig,
    PrometheusConfig,
    Runtime,
    TelemetryConfig,
    TelemetryFilter,
)
from temporalio.service import RPCError, RPCStatusCode

from complaints.errors import HuiyinError
from runtime.codec import SealingCodec
from runtime.keys import Keyring, keyring
from runtime.settings import Settings

if TYPE_CHECKING:
    from temporalio.api.enums.v1 import IndexedValueType

RETENTION = timedelta(days=30)
"""The least time for which closed workflows stay readable in the engine."""


class EngineUnreachable(HuiyinError):
    """Temporal did not answer; says where it was looked for and for how long."""

    code = "engine_unreachable"


class AttributesMissing(HuiyinError):
    """Search attributes are not registered: a case that set one of them would hang, so nothing is started."""

    code = "attributes_missing"

    def __init__(self, missing: Sequence[str]) -> None:
        names = ", ".join(missing)
        super().__init__(f"Temporal does not know these search attributes: {names}. Run `huiyin setup`.")
        self.missing = tuple(missing)


class _OnePayloadConverter(CompositePayloadConverter):
    """The SDK's Pydantic converter, whose ways to read a type are worked out once a process.

    The SDK makes a converter for every case; each would work them out again, a twentieth of a worker's time (measured).
    """

    shared: ClassVar[tuple[EncodingPayloadConverter, ...]] = tuple(PydanticPayloadConverter().converters.values())

    def __init__(self) -> None:
        super().__init__(*self.shared)


def data_converter(ring: Keyring) -> DataConverter:
    """Pydantic values in, sealed payloads out; failure messages and stack traces are sealed too."""
    return DataConverter(
        payload_converter_class=_OnePayloadConverter,
        failure_converter_class=DefaultFailureConverterWithEncodedAttributes,
        payload_codec=SealingCodec(ring),
    )


def engine_runtime(metrics: str) -> Runtime:
    """The SDK's runtime: its own warnings go through Python's logs, its figures to `metrics` (`host:port`) if given."""
    logs = LoggingConfig(
        filter=TelemetryFilter(core_level="WARN", other_level="ERROR"),
        forwarding=LogForwardingConfig(logger=logging.getLogger("temporalio.core")),
    )
    figures = PrometheusConfig(bind_address=metrics) if metrics else None
    return Runtime(telemetry=TelemetryConfig(logging=logs, metrics=figures))


def connection(settings: Settings) -> dict[str, Any]:
    """How to reach the engine: `TEMPORAL_*` and its profiles first, else the one-machine server."""
    found: dict[str, Any] = dict(ClientConfig.load_client_connect_config())
    found.setdefault("target_host", settings.temporal_address)
    return found


async def connect(
    settings: Settings, *, patience: float | None = None, lazy: bool = False, runtime: Runtime | None = None
) -> Client:
    """A client that seals what it sends.

    Tries until the engine is healthy: its port opens before it is. `patience` is in seconds, None for ever; then
    EngineUnreachable. A `lazy` client connects at its first call and never waits here.
    """
    let_threads_end_at_exit()
    options = connection(settings)
    converter = data_converter(keyring(settings.keys_dir, "payloads"))
    if lazy:
        return await Client.connect(**options, data_converter=converter, runtime=runtime, lazy=True)
    until = None if patience is None else time.monotonic() + patience
    pause = 0.05
    while True:
        try:
            client = await Client.connect(**options, data_converter=converter, runtime=runtime)
            await client.workflow_service.describe_namespace(DescribeNamespaceRequest(namespace=client.namespace))
            return client
        except (RPCError, RuntimeError) as error:
            if until is not None and time.monotonic() >= until:
                raise EngineUnreachable(
                    f"Temporal at {options['target_host']} did not answer within {patience:g} seconds."
                    " Is it running? TEMPORAL_ADDRESS says where it is looked for."
                ) from error
        await asyncio.sleep(pause)
        pause = min(pause * 1.5, 2.0)


def let_threads_end_at_exit() -> None:
    """Makes this process wait half a second at its end: a process that ends under the SDK's threads aborts."""
    atexit.unregister(_let_threads_end)
    atexit.register(_let_threads_end)


def _let_threads_end() -> None:
    time.sleep(0.5)


async def missing_attributes(client: Client, keys: Sequence[SearchAttributeKey[Any]]) -> list[str]:
    """The names among these that the namespace does not have, or has with another type."""
    known = await client.operator_service.list_search_attributes(
        ListSearchAttributesRequest(namespace=client.namespace)
    )
    return [key.name for key in keys if known.custom_attributes.get(key.name) != _type(key)]


async def check_attributes(client: Client, keys: Sequence[SearchAttributeKey[Any]]) -> None:
    """Raises AttributesMissing unless every one is registered."""
    missing = await missing_attributes(client, keys)
    if missing:
        raise AttributesMissing(missing)


async def register_attributes(
    client: Client, keys: Sequence[SearchAttributeKey[Any]], *, patience: float = 30.0
) -> list[str]:
    """Registers those that are missing, waits until the engine shows them, and returns their names."""
    missing = await missing_attributes(client, keys)
    for key in keys:
        if key.name not in missing:
            continue
        try:
            await client.operator_service.add_search_attributes(
                AddSearchAttributesRequest(namespace=client.namespace, search_attributes={key.name: _type(key)})
            )
        except RPCError as error:
            if error.status is not RPCStatusCode.ALREADY_EXISTS:
                raise
    until = time.monotonic() + patience
    while still := await missing_attributes(client, keys):
        if time.monotonic() >= until:
            raise AttributesMissing(still)
        await asyncio.sleep(0.1)
    return missing


async def keep_closed(client: Client, least: timedelta = RETENTION) -> timedelta:
    """Makes the namespace keep closed workflows at least that long; returns what holds now."""
    described = await client.workflow_service.describe_namespace(DescribeNamespaceRequest(namespace=client.namespace))
    now = described.config.workflow_execution_retention_ttl.ToTimedelta()
    if now >= least:
        return now
    ttl = Duration()
    ttl.FromTimedelta(least)
    await client.workflow_service.update_namespace(
        UpdateNamespaceRequest(namespace=client.namespace, config=NamespaceConfig(workflow_execution_retention_ttl=ttl))
    )
    return least


def _type(key: SearchAttributeKey[Any]) -> IndexedValueType.ValueType:
    return cast("IndexedValueType.ValueType", int(key.indexed_value_type))
