# syntax=docker/dockerfile:1
# MTF in a container: on a terminal the UI, without one the UI in a browser on port 8080, or any `mtf ...` command.
# Build: sh scripts/docker-build.sh     Run: sh scripts/docker-run.sh
ARG BASE=python:3.12-slim-bookworm

# The program's dependencies, hashed; this layer changes only with requirements/program.txt.
FROM ${BASE} AS dependencies
COPY requirements/program.txt /build/requirements/program.txt
RUN --mount=type=cache,target=/root/.cache/pip \
    pip install --disable-pip-version-check --no-warn-script-location --root-user-action ignore \
        --require-hashes --ignore-installed --prefix /install -r /build/requirements/program.txt \
    && find /install -type d -name tests -prune -exec rm -r {} + # a seventh of the image, used by nobody here

# The wheel, as the release builds it.
FROM ${BASE} AS wheel
COPY requirements/build.txt /build/requirements/build.txt
RUN --mount=type=cache,target=/root/.cache/pip \
    pip install --disable-pip-version-check --root-user-action ignore \
        --require-hashes -r /build/requirements/build.txt
COPY pyproject.toml README.md LICENSE /build/
COPY mtf_engine /build/mtf_engine
COPY mtf_tui /build/mtf_tui
WORKDIR /build
RUN python -m build --wheel --no-isolation --outdir /dist \
    && pip install --disable-pip-version-check --no-cache-dir --root-user-action ignore \
        --no-deps --no-index --prefix /install /dist/*.whl

FROM ${BASE} AS runtime
# tini is PID 1: it hands SIGTERM on and collects ended processes, which Python as PID 1 does not.
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install --yes --no-install-recommends tini \
    && rm -rf /var/lib/apt/lists/* /var/cache/apt /var/log/apt /var/log/dpkg.log \
    && useradd --uid 10001 --user-group --no-create-home --home-dir /app/home --shell /usr/sbin/nologin mtf \
    && mkdir -p /app/data /app/config /app/home \
    && chown 10001:10001 /app/data /app/config /app/home \
    && chmod 1777 /app/home
# The base image comes without compiled modules of the standard library, and a read-only file system keeps none.
RUN python -m compileall -q -x '/(test|idlelib|tkinter|lib2to3|ensurepip|site-packages)/' \
        "$(python -c 'import sysconfig; print(sysconfig.get_path("stdlib"))')"
COPY --from=dependencies /install /usr/local
COPY --chmod=0755 docker/entrypoint.sh /usr/local/bin/mtf-entrypoint
COPY --chmod=0755 docker/healthcheck.py /usr/local/bin/mtf-healthcheck
COPY --from=wheel /install /usr/local

ARG VERSION=unknown
ARG REVISION=unknown
LABEL org.opencontainers.image.title="MTF" \
      org.opencontainers.image.description="The Model Testing Framework: tests machine-learning models on tables of data" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}"

# The home is a volume, and any user id may write it: `docker run --user "$(id -u)"` works.
ENV HOME=/app/home \
    MTF_HOME=/app/home \
    LANG=C.UTF-8 \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1
WORKDIR /app
VOLUME ["/app/data", "/app/config", "/app/home"]
EXPOSE 8080
USER 10001:10001
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=10s --start-period=20s --retries=3 CMD ["mtf-healthcheck"]
ENTRYPOINT ["tini", "-s", "--", "mtf-entrypoint"]
