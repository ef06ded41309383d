# The front door: typed gRPC and HTTP, no torch, no model.
#
#   docker build -f deploy/docker/gateway.Dockerfile -t salience-gateway .
#
# Runs with a read-only root and writes nothing.

FROM docker.io/library/python:3.11-slim-bookworm AS build
RUN python -m venv /usr/local/salience
WORKDIR /src
COPY requirements/gateway.txt requirements/
RUN /usr/local/salience/bin/pip install --no-cache-dir --require-hashes --no-deps -r requirements/gateway.txt
COPY pyproject.toml README.md LICENSE ./
COPY src src
RUN /usr/local/salience/bin/pip install --no-cache-dir --no-deps .

FROM docker.io/library/python:3.11-slim-bookworm
RUN useradd --uid 10001 --no-create-home --shell /usr/sbin/nologin salience
COPY --from=build /usr/local/salience /usr/local/salience
ENV PATH=/usr/local/salience/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    SALIENCE_HOST=0.0.0.0 \
    SALIENCE_LOG_FORMAT=json
USER 10001:10001
EXPOSE 8000 8001 8002
ENTRYPOINT ["python", "-m", "salience.gateway"]
