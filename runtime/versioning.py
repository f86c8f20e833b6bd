"""Which build of the workers takes the cases: worker deployments of the engine, for those who switch them on."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from typing import cast

from temporalio.api.enums.v1 import WorkerDeploymentVersionStatus as Status
from temporalio.api.workflowservice.v1 import DescribeWorkerDeploymentRequest as Describe
from temporalio.api.workflowservice.v1 import SetWorkerDeploymentCurrentVersionRequest as SetCurrent
from temporalio.client import Client
from temporalio.common import VersioningBehavior, WorkerDeploymentVersion
from temporalio.service import RPCError, RPCStatusCode
from temporalio.worker import WorkerDeploymentConfig

from runtime.settings import HOUSE, Settings

PARTS = ("complaints", "workflows", "activities", "records", "templates", "runtime")

_NOT_YET = (RPCStatusCode.NOT_FOUND, RPCStatusCode.FAILED_PRECONDITION)


@dataclass(frozen=True, slots=True)
class Build:
    """A build that workers came with, and how the engine stands to it: `current`, `draining`, `drained`, `inactive`…"""

    id: str
    status: str


def build_id(settings: Settings) -> str:
    """The build of this house's workers: as set, else the version and a digest of the code that workers run."""
    return settings.build_id or own_build()


@cache
def own_build() -> str:
    """The version of the package and a digest of the code that workers run."""
    found = hashlib.sha256()
    for file in [*sorted(path for part in PARTS for path in (HOUSE / part).rglob("*.py")), HOUSE / "worker.py"]:
        found.update(f"{file.relative_to(HOUSE)}\n".encode() + file.read_bytes())
    return f"{version('huiyin')}-{found.hexdigest()[:12]}"


def deployment(settings: Settings) -> WorkerDeploymentConfig | None:
    """What a worker tells the engine of its build; None where deployments are not switched on.

    Cases outlive builds by months, so each goes over to the current build with its next task.
    """
    if not settings.deployment:
        return None
    return WorkerDeploymentConfig(
        version=WorkerDeploymentVersion(settings.deployment, build_id(settings)),
        use_worker_versioning=True,
        default_versioning_behavior=VersioningBehavior.AUTO_UPGRADE,
    )


async def builds(client: Client, name: str) -> list[Build]:
    """The builds that workers of a deployment came with; none before the first one came."""
    asked = Describe(namespace=client.namespace, deployment_name=name)
    try:
        found = await client.workflow_service.describe_worker_deployment(asked)
    except RPCError as error:
        if error.status is RPCStatusCode.NOT_FOUND:
            return []
        raise
    return [
        Build(one.deployment_version.build_id, _status(one.status))
        for one in found.worker_deployment_info.version_summaries
    ]


async def make_current(client: Client, name: str, build: str) -> bool:
    """Let all cases go on under a build; False while no worker of it takes everything that the current one takes."""
    asked = SetCurrent(namespace=client.namespace, deployment_name=name, build_id=build)
    try:
        await client.workflow_service.set_worker_deployment_current_version(asked)
    except RPCError as error:
        if error.status in _NOT_YET:
            return False
        raise
    return True


def _status(value: int) -> str:
    name = Status.Name(cast("Status.ValueType", value))
    return name.removeprefix("WORKER_DEPLOYMENT_VERSION_STATUS_").lower()
