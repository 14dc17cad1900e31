#!/usr/bin/env bash
# A person pays in headless Chromium. Everything it makes lies below target/browser.
set -euo pipefail
cd "$(dirname "$0")/../.."
. ./tests/gateway.sh
work=$PWD/target/browser
mkdir -p "$work"
cp tests/browser/package.json tests/browser/*.mjs "$work/"
if [ ! -d "$work/node_modules/playwright-core" ]; then
  (cd "$work" && npm install --silent --no-fund --no-audit >/dev/null)
fi
start_gateway
node "$work/checkout.mjs" "$url" "$work"
