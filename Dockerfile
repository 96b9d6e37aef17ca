# Build: the dependency layer is kept while only our own code changes.
FROM rust:1.95-slim-bookworm AS build
WORKDIR /build
SHELL ["/bin/bash", "-o", "pipefail", "-c"]
# hadolint ignore=DL3008
RUN apt-get update && apt-get install -y --no-install-recommends gcc libc6-dev && rm -rf /var/lib/apt/lists/*
# Manifests alone, with an empty room for each: what they ask for is built once and kept.
COPY Cargo.toml Cargo.lock ./
COPY crates/config/Cargo.toml crates/config/
COPY crates/fetch/Cargo.toml crates/fetch/
COPY crates/fixtures/Cargo.toml crates/fixtures/
COPY crates/ingest/Cargo.toml crates/ingest/
COPY crates/model/Cargo.toml crates/model/
COPY crates/publish/Cargo.toml crates/publish/
COPY crates/serve/Cargo.toml crates/serve/
COPY crates/store/Cargo.toml crates/store/
RUN for room in . crates/*; do mkdir -p "$room/src" && touch "$room/src/lib.rs"; done \
    && echo 'fn main() {}' > src/main.rs \
    && cargo build --locked --profile dist --bin plenary \
    && rm -r src crates
COPY . .
RUN find src crates -name '*.rs' -exec touch {} + && cargo build --locked --profile dist --bin plenary

# Run: one binary, one volume, no root.
FROM debian:bookworm-slim
# The certificates of the system are what fetched sites are checked against.
# hadolint ignore=DL3008
RUN apt-get update && apt-get install -y --no-install-recommends ca-certificates curl \
    && rm -rf /var/lib/apt/lists/* \
    && install -d -o 65532 -g 65532 /data
COPY --from=build /build/target/dist/plenary /usr/local/bin/plenary
COPY feeds.toml /etc/plenary/feeds.toml
COPY policy /etc/plenary/policy
USER 65532:65532
VOLUME /data
WORKDIR /data
ENV PLENARY_CONFIG=/etc/plenary/feeds.toml PLENARY_DB=/data/plenary.db PLENARY_LISTEN=0.0.0.0:8080
EXPOSE 8080
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s CMD ["curl", "--fail", "--silent", "--output", "/dev/null", "http://127.0.0.1:8080/healthz"]
ENTRYPOINT ["plenary"]
CMD ["serve"]
