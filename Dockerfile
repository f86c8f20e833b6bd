# One image for every part of Huiyin: `huiyin api`, `huiyin worker`, `huiyin migrate`, `huiyin setup` and the rest.
FROM python:3.11.15-slim-bookworm AS build
COPY requirements.lock /
RUN python -m venv /venv \
 && /venv/bin/pip install --no-cache-dir --disable-pip-version-check --require-hashes -r /requirements.lock

FROM python:3.11.15-slim-bookworm
RUN useradd --uid 10001 --create-home --home-dir /home/huiyin huiyin \
 && install -d -o huiyin -g huiyin -m 0700 /data /keys \
 && printf '#!/bin/sh\nexec python /app/cli.py "$@"\n' > /usr/local/bin/huiyin \
 && chmod 0755 /usr/local/bin/huiyin
COPY --from=build /venv /venv
COPY . /app
RUN /venv/bin/python -m compileall -q /app
ENV PATH=/venv/bin:/usr/local/bin:/usr/bin:/bin \
    PYTHONUNBUFFERED=1 \
    HUIYIN_DATA_DIR=/data \
    HUIYIN_KEYS_DIR=/keys \
    HUIYIN_HOST=0.0.0.0
WORKDIR /data
USER huiyin
# New named volumes take owner and mode of these folders from the image.
VOLUME ["/data", "/keys"]
EXPOSE 8080
ENTRYPOINT ["/app/scripts/with-secrets"]
CMD ["huiyin", "--help"]
