#!/usr/bin/env bash
# Judges the API of a running server against its own description: no 5xx, no answer that the description does not promise.
#   scripts/schemathesis.sh http://127.0.0.1:8080 TOKEN [INSTITUTION [CASE [EXAMPLES]]]
#   scripts/schemathesis.sh                          builds and starts the example server on a temporary store
# It writes to that institution: use a sample one.
set -euo pipefail

address=${1:-}
token=${2:-}
institution=${3:-igss}
case_number=${4:-2026-000001}
examples=${5:-25}

root=$(cd "$(dirname "$0")/.." && pwd)
venv=${VENV:-${CARGO_TARGET_DIR:-$root/target}/schemathesis}
"$root/scripts/install-test-needs"

work=$(mktemp -d)
server=
trap '[ -z "$server" ] || kill "$server"; rm -rf "$work"' EXIT

if [ -z "$address" ]; then
    (cd "$root" && cargo build --quiet -p web --example serve_api)
    "${CARGO_TARGET_DIR:-$root/target}/debug/examples/serve_api" > "$work/server" &
    server=$!
    for _ in $(seq 100); do
        [ "$(wc -l < "$work/server")" -ge 2 ] && break
        sleep 0.1
    done
    address=$(sed -n 1p "$work/server")
    token=$(sed -n 2p "$work/server")
fi
[ -n "$address" ] && [ -n "$token" ] || { echo "Give the server's address and a bearer token that may administer." >&2; exit 1; }
# The path is fixed to what exists, so that the requests reach the rules behind it; 3 is nobody the token needs: neither
# its person nor itself, so that it keeps its footing. A request may follow the contract and still be refused by a rule of
# the business (409, 422) or by a limit (413, 429): the description says so.
cat > "$work/schemathesis.toml" <<EOF
seed = 20260302
workers = 1
max-failures = 20
warnings = false

[parameters]
"path.institution" = "$institution"
"path.number" = "$case_number"
"path.id" = "3"

[headers]
Authorization = "Bearer $token"

[generation]
max-examples = $examples
deterministic = true
database = "none"

[checks.positive_data_acceptance]
expected-statuses = ["2xx", "401", "403", "404", "409", "413", "422", "429"]

[phases.stateful]
enabled = false
EOF

cd "$work"
"$venv/bin/st" --config-file "$work/schemathesis.toml" run "$address/api/v1/openapi.json"
