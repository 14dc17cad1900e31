#!/usr/bin/env bash
# Generates clients from the committed specifications, builds them, and lets each tell a user's story
# to a live gateway. Everything it makes lies below target/sdk.
set -euo pipefail
cd "$(dirname "$0")/../.."
root=$PWD
work=$root/target/sdk
generator_version=7.26.0
dialects="stars partner wallet"
. ./tests/gateway.sh
mkdir -p "$work"

step() { printf '   %s\n' "$*"; }

if [ ! -x "$work/venv/bin/openapi-generator-cli" ]; then
  step "the generator"
  python3 -m venv "$work/venv"
  "$work/venv/bin/pip" install --quiet --disable-pip-version-check "openapi-generator-cli==$generator_version"
fi

generate() { # generator, dialect, folder, options
  "$work/venv/bin/openapi-generator-cli" generate -g "$1" -i "openapi/$2.yaml" -o "$3" "${@:4}" \
    >"$work/generator.log" 2>&1 || { cat "$work/generator.log"; exit 1; }
}

stamp=$(cat openapi/*.yaml | sha256sum)
if [ "$(cat "$work/stamp" 2>/dev/null)" != "$stamp" ]; then
  step "the clients"
  rm -rf "$work/ts" "$work/py"
  mkdir -p "$work/ts" "$work/py"
  for dialect in $dialects; do
    generate typescript-fetch "$dialect" "$work/ts/clients/$dialect"
    generate python "$dialect" "$work/py/$dialect" --package-name "quittance_$dialect"
    "$work/venv/bin/pip" install --quiet --disable-pip-version-check "$work/py/$dialect"
  done
  cp tests/sdk/typescript/package.json "$work/ts/"
  (cd "$work/ts" && npm install --silent --no-fund --no-audit >/dev/null)
  echo "$stamp" >"$work/stamp"
fi
cp tests/sdk/typescript/*.ts tests/sdk/typescript/tsconfig.json "$work/ts/"
step "the TypeScript compiler"
(cd "$work/ts" && node_modules/.bin/tsc)

step "the gateway"
QUITTANCE_CONVERSIONS__PHASE_DELAY_MS=10 start_gateway
for dialect in $dialects; do
  node "$work/ts/out/$dialect.js" "$url"
  "$work/venv/bin/python" "tests/sdk/python/$dialect.py" "$url"
done
