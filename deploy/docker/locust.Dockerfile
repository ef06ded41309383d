# Locust with this project's users.
#
#   docker build -f deploy/docker/locust.Dockerfile -t salience-locust .

FROM docker.io/library/python:3.11-slim-bookworm AS build
RUN python -m venv /usr/local/salience
WORKDIR /src
COPY requirements/load.txt requirements/
RUN /usr/local/salience/bin/pip install --no-cache-dir --require-hashes --no-deps -r requirements/load.txt
COPY pyproject.toml README.md LICENSE ./
COPY src src
RUN /usr/local/salience/bin/pip install --no-cache-dir --no-deps .

FROM docker.io/library/python:3.11-slim-bookworm
RUN useradd --uid 10001 --no-create-home --shell /usr/sbin/nologin salience
COPY --from=build /usr/local/salience /usr/local/salience
COPY loadtests /srv/salience/loadtests
ENV PATH=/usr/local/salience/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    HOME=/tmp
WORKDIR /srv/salience
USER 10001:10001
EXPOSE 8089 9646
ENTRYPOINT ["python", "-m", "locust", "-f", "loadtests/locustfile.py"]
