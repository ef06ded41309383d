"""The Kubernetes manifests, built by `kubectl kustomize` as `kubectl apply -k` would."""

import os
import subprocess
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from tests.deploy.installed_programs import program

KUBERNETES = Path(__file__).parents[2] / "deploy" / "kubernetes"
COMPONENTS = sorted(path.name for path in (KUBERNETES / "components").iterdir())
VARIANTS = ("base", "overlays/local", "overlays/production", "kserve")

Manifest = dict[str, Any]


@cache
def built(folder: Path) -> list[Manifest]:
    """What a folder with a kustomization builds."""
    command = [program("kubectl"), "kustomize", str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert not done.stderr, done.stderr
    return list(yaml.safe_load_all(done.stdout))


def variant(name: str) -> list[Manifest]:
    return built(KUBERNETES / name)


def base_with(components: list[str], folder: Path) -> list[Manifest]:
    """The base with some components, by way of a kustomization in an empty folder."""
    to_kubernetes = Path(os.path.relpath(KUBERNETES, folder.resolve()))
    kustomization = {
        "apiVersion": "kustomize.config.k8s.io/v1beta1",
        "kind": "Kustomization",
        "namespace": "salience",
        "resources": [str(to_kubernetes / "base")],
        "components": [str(to_kubernetes / "components" / name) for name in components],
    }
    (folder / "kustomization.yaml").write_text(yaml.safe_dump(kustomization))
    return built(folder)


def only(kind: str, manifests: list[Manifest], name: str = "") -> Manifest:
    """The one of that kind, and of names that begin so."""
    [found] = [
        manifest
        for manifest in manifests
        if manifest["kind"] == kind and manifest["metadata"]["name"].startswith(name)
    ]
    return found


def pod_of(manifests: list[Manifest]) -> Manifest:
    """The pods' spec, whoever makes them."""
    kinds = {manifest["kind"] for manifest in manifests}
    if "Deployment" in kinds:
        spec: Manifest = only("Deployment", manifests)["spec"]["template"]["spec"]
        return spec
    runtime = only("ServingRuntime", manifests)["spec"]
    predictor = only("InferenceService", manifests)["spec"]["predictor"]
    return {**in_pod(predictor), "containers": runtime["containers"], "volumes": runtime["volumes"]}


def in_pod(predictor: Manifest) -> Manifest:
    """What of a KServe predictor is of pods, not of KServe."""
    kserves = {"minReplicas", "maxReplicas", "model", "autoScaling"}
    return {name: value for name, value in predictor.items() if name not in kserves}


def container_of(manifests: list[Manifest]) -> Manifest:
    [container] = pod_of(manifests)["containers"]
    found: Manifest = container
    return found


def environment_of(manifests: list[Manifest]) -> dict[str, str]:
    """What the pods' settings are, of ConfigMap and container."""
    data: dict[str, str] = only("ConfigMap", manifests, "salience-settings")["data"]
    return data | {item["name"]: item["value"] for item in container_of(manifests).get("env", [])}
