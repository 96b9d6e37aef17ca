# The image has the program and nothing of a site: policy and database come from outside.
#
#   docker build -t plenary .
#   docker run -d --name plenary -p 127.0.0.1:8080:8080 --read-only --cap-drop ALL \
#     --security-opt no-new-privileges -v plenary:/data -v ./feeds.toml:/etc/plenary/feeds.toml:ro plenary
#
# Topics, genres, organisations and countries (policy/) are in the program. A feeds.toml that names files, as
# the one of this repository does in `include`, wants them beside it: take that line out, or mount the folder
# with all of them. A folder also suits editors that put a new file in the place of the old, which a mounted
# file would not follow:
#
#   -v ./plenary:/etc/plenary:ro
#
# A proxy on the host reaches the program from an address of Docker's; so that it is believed who a visitor
# is, feeds.toml says: [serve] trusted_proxies = ["172.16.0.0/12"]
#
# `docker kill --signal HUP plenary` reads the policy again, `docker exec plenary plenary status` says how it is.

# Build: the dependency layer is kept while only our own code changes.
FROM rust:1.95-slim-trixie AS build
WORKDIR /build
# For SQLite and the cryptography, parts of which are C.
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
# What the program is made of, and no more: a changed test or document builds nothing.
COPY crates crates
COPY demo demo
COPY migrations migrations
COPY policy policy
COPY src src
# Their times may be older than those of the empty rooms, and cargo goes by times.
RUN find src crates -name '*.rs' -exec touch {} + && cargo build --locked --profile dist --bin plenary

# Run: one binary, one volume, no root.
FROM debian:trixie-slim
# The certificates of the system are what fetched sites are checked against.
# hadolint ignore=DL3008
RUN apt-get update && apt-get install -y --no-install-recommends ca-certificates \
    && rm -rf /var/lib/apt/lists/* \
    && install -d -o 65532 -g 65532 /data \
    && install -d /etc/plenary
COPY LICENSE-MIT LICENSE-APACHE /usr/share/doc/plenary/
COPY --from=build /build/target/dist/plenary /usr/local/bin/plenary
USER 65532:65532
VOLUME /data
WORKDIR /data
ENV PLENARY_CONFIG=/etc/plenary/feeds.toml PLENARY_DB=/data/plenary.db PLENARY_LISTEN=0.0.0.0:8080
EXPOSE 8080
# Whether it answers. Whether it has something to show is `plenary health --ready`: no reason to restart it.
# Bringing a large database to a new schema may take minutes, in which nothing answers yet.
HEALTHCHECK --interval=30s --timeout=5s --start-period=5m CMD ["plenary", "health"]
ENTRYPOINT ["plenary"]
CMD ["serve"]
