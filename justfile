# What one types every day. `just` lists it.
default:
    @just --list

# Format, lint and test, as CI does
ci:
    bash tests/run

# Format and lint alone
check:
    cargo fmt --all
    cargo clippy --locked --workspace --all-targets -- -D warnings

# The tests alone; FILTER narrows them
test FILTER='':
    cargo test --locked --workspace {{FILTER}}

# The demo in a headless Chromium
browser:
    cargo build --locked
    tests/browser/run target/debug/plenary

# The product on the sample network
demo *ARGS:
    cargo run --release --locked -- demo {{ARGS}}

# Renew the JSON Schema of feeds.toml
schema:
    cargo run --locked --quiet -- check --schema > feeds.schema.json

# Everything that is measured
bench:
    cargo bench --locked

# The table of costs of benches/README.md; `benches/table --help` says what ARGS may be
table *ARGS:
    cargo build --release --locked
    benches/table target/release/plenary {{ARGS}}

# Licences, sources and duplicate crates
deny:
    cargo deny --locked check bans licenses sources
