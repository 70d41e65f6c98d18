#!/usr/bin/env bash
# Judges the API of a running server against its own description: no 5xx, no answer that the description does not promise.
#   scripts/schemathesis.sh http://127.0.0.1:8080 TOKEN [INSTITUTION [CASE [EXAMPLES]]]
# Installs schemathesis in a virtual environment (VENV, by default under the build directory). It writes to that
# institution: use a sample one.
set -euo pipefail

address=${1:?address of the server}
token=${2:?bearer token with read and write}
institution=${3:-igss}
case_number=${4:-2026-000001}
examples=${5:-25}

root=$(cd "$(dirname "$0")/.." && pwd)
venv=${VENV:-${CARGO_TARGET_DIR:-$root/target}/schemathesis}
if [ ! -x "$venv/bin/st" ]; then
    python3 -m venv "$venv"
    "$venv/bin/pip" install --quiet 'schemathesis>=4.32,<5'
fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
# The path is fixed to what exists, so that the requests reach the rules behind it. A request may follow the contract and
# still be refused by a rule of the business (409, 422) or by a limit (413): the description says so.
cat > "$work/schemathesis.toml" <<EOF
seed = 20260302
workers = 1
max-failures = 20
warnings = false

[parameters]
"path.institution" = "$institution"
"path.number" = "$case_number"

[headers]
Authorization = "Bearer $token"

[generation]
max-examples = $examples
deterministic = true
database = "none"

[checks.positive_data_acceptance]
expected-statuses = ["2xx", "401", "403", "404", "409", "413", "422"]

[phases.stateful]
enabled = false
EOF

cd "$work"
"$venv/bin/st" --config-file "$work/schemathesis.toml" run "$address/api/v1/openapi.json"
