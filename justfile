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

# Models of genre and topics from labelled texts in DATA: the same texts give the same bytes. A release build, since
# an unoptimised one takes minutes.
train data date:
    cargo run --release --locked -- train --labels {{data}}/read.train.jsonl --known {{data}}/gold.agreed.dev.jsonl \
      --topic covid-19=covid --topic child-rights=child_rights \
      --section member-partner-statements=member-statements --section resources-guidance=resources \
      --section dgd-followup=child-human-rights-defenders --section child-rights-other=child-rights \
      --section unsectioned-media=in-the-media --section un-entry-points=none \
      --out policy/facets.model --card policy/facets.md --date {{date}}
