# Two stages: the first makes a virtual environment from the lock, the second only carries it.
FROM python:3.13-slim AS build
WORKDIR /src

COPY requirements.lock requirements-build.lock ./
RUN python -m venv --without-pip /opt/gridbot \
 && pip --python /opt/gridbot/bin/python install --no-cache-dir --only-binary :all: --require-hashes -r requirements.lock \
 && pip install --no-cache-dir --only-binary :all: --require-hashes -r requirements-build.lock

COPY . .
RUN pip wheel --no-cache-dir --no-build-isolation --no-deps --wheel-dir /wheel . \
 && pip --python /opt/gridbot/bin/python install --no-cache-dir --no-index --no-deps /wheel/*.whl
# How residents write is learned here, once, and not at the first start of every container.
RUN /opt/gridbot/bin/python -m bot.model /opt/gridbot/share/gridbot


FROM python:3.13-slim
# The number is fixed so that the owner of a mounted folder can be set from outside.
RUN groupadd --gid 10001 gridbot \
 && useradd --uid 10001 --gid gridbot --no-create-home --home-dir /data --shell /usr/sbin/nologin gridbot \
 && install -d -o gridbot -g gridbot /data
COPY --from=build /opt/gridbot /opt/gridbot

ENV PATH="/opt/gridbot/bin:$PATH" \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    GRIDBOT_LOG_FORMAT=json
USER gridbot
# The district file is read from here, and the embedded database is kept here.
WORKDIR /data
VOLUME /data
# Whether the loop turns; /readyz tells whether it is of use, which an outage of Telegram must not turn into restarts.
HEALTHCHECK --interval=30s --timeout=6s --start-period=60s --retries=3 CMD ["python", "-m", "handlers.web.probe"]
# `docker run IMAGE` is the service; `docker run IMAGE check` and the other commands work the same way.
ENTRYPOINT ["gridbot"]
CMD ["run"]
