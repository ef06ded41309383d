# TorchServe with our handlers and models, under its supervisor; the gateway is elsewhere.
#
#   docker build -f deploy/docker/worker.Dockerfile -t salience-worker .
#
# Runs with a read-only root; /tmp must be writable and executable (TorchServe unpacks archives
# and native libraries there). Whoever reaches its ports may use and manage every model: keep
# it on a network that only the gateway and Prometheus share.

FROM docker.io/library/python:3.11-slim-bookworm AS build
# Options for pip to find PyTorch's CPU build, where the default index offers another.
ARG TORCH_OPTIONS=""
RUN python -m venv /usr/local/salience \
 && /usr/local/salience/bin/pip install --no-cache-dir ${TORCH_OPTIONS} torch==2.13.0
WORKDIR /src
COPY requirements/worker.txt requirements/
RUN /usr/local/salience/bin/pip install --no-cache-dir --require-hashes --no-deps -r requirements/worker.txt
COPY pyproject.toml README.md LICENSE ./
COPY src src
RUN /usr/local/salience/bin/pip install --no-cache-dir --no-deps .

# Converting a model takes more than running it.
FROM build AS archives
COPY requirements/archives.txt requirements/
RUN /usr/local/salience/bin/pip install --no-cache-dir --require-hashes --no-deps -r requirements/archives.txt
COPY handlers handlers
COPY deploy/torchserve deploy/torchserve
COPY model_store model_store
RUN PYTHONPATH=src /usr/local/salience/bin/python -m salience.cli archive --all --out /archives

FROM docker.io/library/python:3.11-slim-bookworm
RUN useradd --uid 10001 --no-create-home --shell /usr/sbin/nologin salience
COPY --from=build /usr/local/salience /usr/local/salience
COPY deploy/torchserve /etc/salience/torchserve
COPY --from=archives /archives /srv/salience/archives
ENV PATH=/usr/local/salience/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    HOME=/tmp \
    SALIENCE_ARCHIVES=/srv/salience/archives \
    SALIENCE_TORCHSERVE_CONFIG=/etc/salience/torchserve \
    SALIENCE_HOST=0.0.0.0 \
    SALIENCE_LOG_FORMAT=json \
    SALIENCE_TORCHSERVE_HOST=0.0.0.0 \
    SALIENCE_WITH_GATEWAY=false
WORKDIR /tmp
USER 10001:10001
EXPOSE 8080 8081 8082 8002
ENTRYPOINT ["salience", "serve"]
