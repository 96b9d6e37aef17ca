# Build: the dependency layer is kept while only our own code changes.
FROM rust:1.95-slim-bookworm AS build
WORKDIR /build
SHELL ["/bin/bash", "-o", "pipefail", "-c"]
# hadolint ignore=DL3008
RUN apt-get update && apt-get install -y --no-install-recommends gcc libc6-dev && rm -rf /var/lib/apt/lists/*
COPY Cargo.toml Cargo.lock ./
RUN mkdir -p src tests/it benches && echo 'fn main() {}' | tee src/main.rs tests/it/main.rs > /dev/null \
    && touch src/lib.rs \
    && cargo build --locked --profile dist --bin plenary \
    && rm -r src tests benches
COPY . .
RUN touch src/lib.rs src/main.rs && cargo build --locked --profile dist --bin plenary

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
