"""The connection to a Ray cluster and the deployment on it; the only module besides the replica that knows Ray.

Import it after `ray_pool.set_up_environment`: Ray reads its switches when it is imported.
"""

from __future__ import annotations

import asyncio
import logging
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

import numpy as np
import ray
from numpy.typing import NDArray
from ray import serve
from ray.exceptions import RayActorError, RayError
from ray.serve.exceptions import BackPressureError, DeploymentUnavailableError, RayServeException
from ray.serve.schema import ApplicationStatus, ReplicaState

from dialects.recognizers.port import Recognition
from dialects.settings import RecognitionSettings
from elder_channel.recognition.errors import RecognitionUnavailableError, load_failure
from elder_channel.recognition.pool import BATCH, hang_seconds
from elder_channel.recognition.ray_folder import make_folder, remove_folder
from elder_channel.recognition.ray_replica import RecognizerReplica
from elder_channel.recognition.worker import Ready, whisper_loader

APPLICATION: Final = "elder-channel-recognizer"
"""Name of the Ray Serve application."""
_DEPLOYMENT: Final = "RecognizerReplica"
_OBJECT_STORE_BYTES = 80 * 2**20  # the least Ray takes; nothing of ours goes there
_INLINE_BYTES = 4 * 2**20  # the longest utterance, 60 s at 16 kHz in float32, travels in its call
_SHARED_NOTHING: dict[str, Any] = {
    # Law 7: no utterance lies in the shared object store, and none is ever spilled to disk.
    "max_direct_call_object_size": _INLINE_BYTES,
    "automatic_object_spilling_enabled": False,
}


class RayCluster:
    """Ray with the recognizer deployed on it. Every call but `ask` blocks, and belongs to the thread that made it.

    That thread must live as long as the cluster: Ray asks the system to end its processes with the thread that
    started them (prctl(2), PR_SET_PDEATHSIG).
    """

    def __init__(self, settings: RecognitionSettings, *, redeploy: bool = False) -> None:
        """Join the cluster at `ray_address`, or start one here; deploy unless that is done already.

        Raises what Ray raises when there is no cluster to join.
        """
        self._settings = settings
        self._load = whisper_loader(settings)
        self._folder: Path | None = None
        self._died: set[str] = set()
        for name in ("ray", "ray.serve"):  # the first would remark that its signal handler is not in the main thread
            logging.getLogger(name).setLevel(logging.ERROR)
        if settings.ray_address:
            ray.init(address=settings.ray_address, namespace=APPLICATION, log_to_driver=False, configure_logging=False)
        else:
            self._start_own()
        serve.start(proxy_location="Disabled")  # the door in front of the pool is the one way in
        if redeploy or not settings.ray_address or APPLICATION not in serve.status().applications:
            self.deploy()
        self._handle = serve.get_deployment_handle(_DEPLOYMENT, APPLICATION, _check_exists=False)

    def deploy(self) -> None:
        """Hand the deployment to the cluster, with the settings of this process; replicas come up afterwards."""
        settings = self._settings
        deployment = serve.deployment(
            RecognizerReplica,
            name=_DEPLOYMENT,
            autoscaling_config={
                "min_replicas": settings.ray_min_replicas,
                "initial_replicas": settings.ray_min_replicas,
                "max_replicas": settings.ray_max_replicas,
                "target_ongoing_requests": BATCH / 2,
                "upscale_delay_s": 5.0,  # callers speak now; the default of 30 s is a caller's whole wait
            },
            max_ongoing_requests=BATCH,  # what a replica works on; what waits, waits in the bounded queue
            max_queued_requests=settings.queue_limit,
            max_constructor_retry_count=2,
            health_check_period_s=5.0,
            health_check_timeout_s=30.0,
            graceful_shutdown_wait_loop_s=0.2,
            graceful_shutdown_timeout_s=settings.timeout_seconds,
            ray_actor_options={"num_cpus": settings.threads},
            logging_config={"enable_access_log": False, "log_level": "WARNING"},
        )
        application = deployment.bind(self._load, settings.threads, hang_seconds(settings))
        serve.run_many(
            [serve.RunTarget(application, name=APPLICATION, route_prefix=None)],
            wait_for_ingress_deployment_creation=False,
            wait_for_applications_running=False,
        )

    def look(self) -> tuple[Ready, int]:
        """How the deployment stands: a code with its sentence, and how many replicas have a loaded model."""
        application = serve.status().applications.get(APPLICATION)
        deployment = application.deployments.get(_DEPLOYMENT) if application else None
        if application is None or deployment is None:
            return ("starting", "The recognizer is not deployed on the cluster yet."), 0
        running = deployment.replica_states.get(ReplicaState.RUNNING, 0)
        if running:
            return ("ready", f"on Ray, replicas: {running}"), running
        if application.status is ApplicationStatus.DEPLOY_FAILED:
            return load_failure(deployment.message) or ("model_error", "No replica of the recognizer could start."), 0
        return ("starting", "The replicas are loading the speech model."), 0

    async def ask(self, samples: NDArray[np.float32]) -> Recognition:
        """The recognition of one utterance; cancel the task when nobody waits for it any more.

        Raises `RecognitionUnavailableError`. What a replica had when it died is given to another, once.
        """
        try:
            return await self._ask_once(samples)
        except RayActorError as error:
            self._died.add(str(error.actor_id))
        try:
            return await self._ask_once(samples)
        except RayActorError as error:
            self._died.add(str(error.actor_id))
            raise RecognitionUnavailableError(
                "worker_died", "The recognizer died over it twice.", retryable=True
            ) from error

    @property
    def died(self) -> int:
        """Replicas known to have died because an utterance of ours came back; Ray replaces every one."""
        return len(self._died)

    def close(self) -> None:
        """Leave the cluster; one of our own ends with its replicas, a shared one goes on for the others."""
        with suppress(RayError, RayServeException, OSError):
            ray.shutdown()
        if self._folder:
            remove_folder(self._folder)

    async def _ask_once(self, samples: NDArray[np.float32]) -> Recognition:
        response = self._handle.remote(samples)
        try:
            recognition: Recognition = await response
        except BackPressureError as error:
            raise RecognitionUnavailableError("busy", "Too many utterances are waiting.", retryable=True) from error
        except DeploymentUnavailableError as error:
            raise RecognitionUnavailableError("model_error", "No replica can start.", retryable=False) from error
        except RayActorError:
            raise
        except (RayError, RayServeException) as error:
            reason = str(error).strip().splitlines()[-1]
            raise RecognitionUnavailableError("failed", f"The recognizer failed: {reason}", retryable=False) from error
        except asyncio.CancelledError:
            response.cancel()  # so that no replica spends time on what nobody waits for
            raise
        return recognition

    def _start_own(self) -> None:
        settings = self._settings
        self._folder = make_folder()
        ray.init(
            address="local",
            num_cpus=settings.ray_max_replicas * settings.threads,
            include_dashboard=False,
            object_store_memory=_OBJECT_STORE_BYTES,
            namespace=APPLICATION,
            log_to_driver=False,
            configure_logging=False,
            _temp_dir=str(self._folder),
            _system_config=_SHARED_NOTHING,
        )
