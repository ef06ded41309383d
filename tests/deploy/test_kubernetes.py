"""The manifests are valid, name what exists, and agree with the settings of the service."""

import re
from pathlib import Path
from typing import Any

import kubernetes_validate
import pytest
from cloudcoil.models.cert_manager.v1 import Certificate
from cloudcoil.models.keda.v1alpha1 import ScaledObject
from cloudcoil.models.prometheus_operator.v1 import PodMonitor, PrometheusRule
from cloudcoil.resources import Resource

from dashboards.pages import DASHBOARDS
from dashboards.prometheus_rule import prometheus_rule
from salience.gateway.settings import GatewaySettings
from salience.supervisor import SupervisorSettings
from tests.deploy.manifests import (
    COMPONENTS,
    KUBERNETES,
    VARIANTS,
    Manifest,
    base_with,
    container_of,
    environment_of,
    only,
    pod_of,
    variant,
)

KUBERNETES_VERSION = "1.37"
CUSTOM: dict[str, type[Resource]] = {
    model.__name__: model for model in (Certificate, PodMonitor, PrometheusRule, ScaledObject)
}
WITHOUT_SCHEMA = {"Gateway", "GRPCRoute", "HTTPRoute", "InferenceService", "ServingRuntime"}
"""Of the Gateway API and of KServe; no package has their schemas."""
PAGE = (KUBERNETES.parents[1] / "docs" / "kubernetes.md").read_text()
DOCKERFILE = (KUBERNETES.parent / "docker" / "worker.Dockerfile").read_text()


@pytest.fixture(autouse=True)
def _image_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in re.findall(r"(SALIENCE_[A-Z_]+)=(\S+)", DOCKERFILE):
        monkeypatch.setenv(name, value)


def settings_of(
    manifests: list[Manifest], monkeypatch: pytest.MonkeyPatch
) -> tuple[GatewaySettings, SupervisorSettings]:
    for name, value in environment_of(manifests).items():
        monkeypatch.setenv(name, value)
    return GatewaySettings(), SupervisorSettings()


def validate(manifest: Manifest) -> None:
    kind = manifest["kind"]
    if kind in CUSTOM:
        model = CUSTOM[kind].model_validate(manifest)
        assert known(manifest, model.model_dump(by_alias=True, exclude_unset=True, mode="json"))
    elif kind not in WITHOUT_SCHEMA:
        kubernetes_validate.validate(manifest, KUBERNETES_VERSION, strict=True)


def known(given: Any, parsed: Any) -> bool:
    """Whether the model has every field that was given: it passes over those it does not know."""
    if isinstance(given, dict):
        return all(name in parsed and known(given[name], parsed[name]) for name in given)
    if isinstance(given, list):
        return all(map(known, given, parsed))
    return True


@pytest.mark.parametrize("name", VARIANTS)
def test_every_manifest_is_valid(name: str) -> None:
    for manifest in variant(name):
        validate(manifest)


@pytest.mark.parametrize("component", COMPONENTS)
def test_every_component_can_be_added_by_itself(component: str, tmp_path: Path) -> None:
    for manifest in base_with([component], tmp_path):
        validate(manifest)


def test_a_field_that_does_not_exist_is_found() -> None:
    scaled = only("ScaledObject", variant("overlays/production"))
    scaled = {**scaled, "spec": {**scaled["spec"], "minReplicas": 2}}

    with pytest.raises(AssertionError):
        validate(scaled)


def test_what_kserve_is_given_makes_a_valid_pod() -> None:
    pod = {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": "salience"},
        "spec": pod_of(variant("kserve")),
    }

    kubernetes_validate.validate(pod, KUBERNETES_VERSION, strict=True)


@pytest.mark.parametrize("name", VARIANTS)
def test_pods_have_no_rights(name: str) -> None:
    pod, container = pod_of(variant(name)), container_of(variant(name))
    [user] = re.findall(r"^USER (\d+):", DOCKERFILE, re.MULTILINE)

    assert pod["automountServiceAccountToken"] is False
    assert pod["securityContext"]["runAsNonRoot"] is True
    assert pod["securityContext"]["runAsUser"] == int(user)
    assert pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
    assert container["securityContext"] == {
        "allowPrivilegeEscalation": False,
        "capabilities": {"drop": ["ALL"]},
        "readOnlyRootFilesystem": True,
    }


@pytest.mark.parametrize("name", VARIANTS)
def test_every_variable_is_a_setting_and_torchserve_stays_on_loopback(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    known_names = GatewaySettings.model_fields.keys() | SupervisorSettings.model_fields.keys()
    gateway, supervisor = settings_of(variant(name), monkeypatch)

    assert environment_of(variant(name)).keys() <= {f"SALIENCE_{n.upper()}" for n in known_names}
    assert gateway.host == "0.0.0.0"
    assert supervisor.torchserve_host == "127.0.0.1"
    assert supervisor.with_gateway


@pytest.mark.parametrize("name", VARIANTS)
def test_ports_are_those_of_the_settings(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    gateway, _ = settings_of(variant(name), monkeypatch)
    ports = {port["name"]: port["containerPort"] for port in container_of(variant(name))["ports"]}

    assert ports == {
        "http": gateway.http_port,
        "grpc": gateway.grpc_port,
        "metrics": gateway.metrics_port,
    }
    for manifest in variant(name):
        if manifest["kind"] == "Service":
            for port in manifest["spec"]["ports"]:
                assert port["port"] == ports[port["targetPort"]]


@pytest.mark.parametrize("name", VARIANTS)
def test_a_pod_has_longer_to_stop_than_what_is_in_it(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    gateway, supervisor = settings_of(variant(name), monkeypatch)
    pre_stop = container_of(variant(name))["lifecycle"]["preStop"]["sleep"]["seconds"]
    readiness = container_of(variant(name))["readinessProbe"]

    assert pre_stop >= readiness["periodSeconds"]
    assert gateway.drain_seconds + gateway.shutdown_seconds < supervisor.stop_seconds
    assert (
        pre_stop + supervisor.stop_seconds < pod_of(variant(name))["terminationGracePeriodSeconds"]
    )


@pytest.mark.parametrize("name", VARIANTS)
def test_probes_wait_as_long_as_the_supervisor_does(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, supervisor = settings_of(variant(name), monkeypatch)
    container = container_of(variant(name))
    start = container["startupProbe"]
    probes = [container[f"{kind}Probe"] for kind in ("startup", "readiness", "liveness")]

    assert [probe["httpGet"] for probe in probes] == [
        {"path": path, "port": "metrics"} for path in ("/readyz", "/readyz", "/healthz")
    ]
    assert start["periodSeconds"] * start["failureThreshold"] > supervisor.start_seconds


@pytest.mark.parametrize("name", VARIANTS)
def test_whatever_selects_pods_selects_ours(name: str) -> None:
    ours = {"app.kubernetes.io/name": "salience"}

    for manifest in variant(name):
        spec = manifest.get("spec", {})
        if manifest["kind"] == "Service":
            assert spec["selector"] == ours
        elif "selector" in spec:
            assert spec["selector"]["matchLabels"] == ours
        elif "podSelector" in spec:
            assert spec["podSelector"]["matchLabels"] == ours
    kinds = {manifest["kind"] for manifest in variant(name)}
    if "Deployment" in kinds:
        template = only("Deployment", variant(name))["spec"]["template"]
        assert template["metadata"]["labels"] == ours
        assert len(template["spec"]["topologySpreadConstraints"]) == 2
    else:
        assert only("ServingRuntime", variant(name))["spec"]["labels"] == ours


def test_a_gpu_is_asked_for_with_what_counts_it(tmp_path: Path) -> None:
    manifests = base_with(["gpu"], tmp_path)
    container = container_of(manifests)

    assert container["resources"]["limits"]["nvidia.com/gpu"] == "1"
    assert "utility" in environment_of(manifests)["NVIDIA_DRIVER_CAPABILITIES"]
    assert environment_of(manifests)["SALIENCE_WORKERS_PER_MODEL"] == "1"
    assert [item["key"] for item in pod_of(manifests)["tolerations"]] == ["nvidia.com/gpu"]


def test_the_keys_are_read_where_the_secret_is_mounted(tmp_path: Path) -> None:
    manifests = base_with(["api-keys"], tmp_path)
    file = Path(environment_of(manifests)["SALIENCE_API_KEYS"])
    [mount] = [m for m in container_of(manifests)["volumeMounts"] if m["name"] == "keys"]
    [secret] = [v["secret"] for v in pod_of(manifests)["volumes"] if v["name"] == "keys"]

    assert file.parent == Path(mount["mountPath"])
    assert f"generic {secret['secretName']} --from-file={file.name}" in PAGE


def test_pods_that_speak_tls_let_nobody_in_without(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    manifests = base_with(["api-keys", "pod-tls"], tmp_path)
    gateway, _ = settings_of(manifests, monkeypatch)
    certificate = only("Certificate", manifests)["spec"]
    [mount] = [m for m in container_of(manifests)["volumeMounts"] if m["name"] == "tls"]
    [secret] = [v["secret"] for v in pod_of(manifests)["volumes"] if v["name"] == "tls"]

    assert gateway.tls is not None
    assert not gateway.allow_insecure
    assert {gateway.tls.certificate.parent, gateway.tls.key.parent} == {Path(mount["mountPath"])}
    assert secret["secretName"] == certificate["secretName"]
    services = [manifest for manifest in manifests if manifest["kind"] == "Service"]
    assert {f"{service['metadata']['name']}.salience" for service in services} <= set(
        certificate["dnsNames"]
    )
    assert not any("appProtocol" in port for s in services for port in s["spec"]["ports"])


def test_only_the_gateways_ports_are_open_and_nothing_leads_out() -> None:
    policy = only("NetworkPolicy", variant("overlays/production"))["spec"]
    for_all, for_prometheus = policy["ingress"]

    assert policy["egress"] == []
    assert policy["policyTypes"] == ["Ingress", "Egress"]
    assert [port["port"] for port in for_all["ports"]] == ["http", "grpc"]
    assert [port["port"] for port in for_prometheus["ports"]] == ["metrics"]
    assert for_prometheus["from"]


def test_routes_lead_to_the_service_under_names_of_the_certificate() -> None:
    manifests = variant("overlays/production")
    certificate = only("Certificate", manifests)["spec"]
    [listener] = only("Gateway", manifests)["spec"]["listeners"]
    ports = {
        port["name"]: port["port"] for port in only_service("salience", manifests)["spec"]["ports"]
    }

    assert listener["tls"]["certificateRefs"] == [{"name": certificate["secretName"]}]
    names = []
    for kind, port in (("HTTPRoute", "http"), ("GRPCRoute", "grpc")):
        route = only(kind, manifests)["spec"]
        assert route["rules"] == [{"backendRefs": [{"name": "salience", "port": ports[port]}]}]
        names += route["hostnames"]
    assert names == certificate["dnsNames"]


def only_service(name: str, manifests: list[Manifest]) -> Manifest:
    [service] = [m for m in manifests if m["kind"] == "Service" and m["metadata"]["name"] == name]
    return service


def test_the_operators_rules_and_dashboards_are_those_of_compose() -> None:
    stored = (KUBERNETES / "components" / "monitoring" / "prometheus-rule.yaml").read_text()
    dashboards = only("ConfigMap", variant("overlays/production"), "salience-dashboards")

    assert stored == prometheus_rule(), "make generate"
    assert dashboards["data"] == {f"{page.name}.json": page.json() for page in DASHBOARDS}
    assert dashboards["metadata"]["labels"]["grafana_dashboard"] == "1"
    [endpoint] = only("PodMonitor", variant("overlays/production"))["spec"]["podMetricsEndpoints"]
    assert endpoint["port"] == "metrics"


def test_the_operator_calls_the_pods_job_what_the_alerts_call_it() -> None:
    spec = only("PodMonitor", variant("overlays/production"))["spec"]
    [selected] = re.findall(r'up{job=~"(.+)"} == 0', prometheus_rule())

    job = spec["selector"]["matchLabels"][spec["jobLabel"]]
    assert re.fullmatch(selected, job)


@pytest.mark.parametrize("kind", ["NetworkPolicy", "PodDisruptionBudget", "PodMonitor"])
def test_kserves_pods_are_watched_and_guarded_too(kind: str) -> None:
    manifests = variant("kserve")
    spec = only(kind, manifests)["spec"]
    selector = spec["podSelector"] if kind == "NetworkPolicy" else spec["selector"]

    assert selector["matchLabels"] == only("ServingRuntime", manifests)["spec"]["labels"]
    ports = {port["name"] for port in container_of(manifests)["ports"]}
    assert {"http", "grpc", "metrics"} <= ports
    assert environment_of(manifests)["SALIENCE_API_KEYS"]


def test_the_page_tells_of_every_folder_and_of_services_that_exist() -> None:
    folders = {f"components/{name}" for name in COMPONENTS} | set(VARIANTS)
    [(service, namespace, port)] = re.findall(r'Client\("dns:///([\w-]+)\.(\w+):(\d+)"\)', PAGE)
    headless = only_service(service, variant("base"))

    assert set(re.findall(r"^\| `([\w/-]+)` \|", PAGE, re.MULTILINE)) == folders
    assert headless["metadata"]["namespace"] == namespace
    assert headless["spec"]["clusterIP"] == "None"
    assert [item["port"] for item in headless["spec"]["ports"]] == [int(port)]
