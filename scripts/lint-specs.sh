#!/usr/bin/env bash
# Lints the committed specifications with Redocly; installs the linter beside the build on first use.
set -euo pipefail
cd "$(dirname "$0")/.."
tools=target/spec-tools
if [ ! -x "$tools/node_modules/.bin/redocly" ]; then
  mkdir -p "$tools"
  npm install --silent --no-fund --no-audit --prefix "$tools" @redocly/cli@2 >/dev/null
fi
REDOCLY_TELEMETRY=off REDOCLY_SUPPRESS_UPDATE_NOTICE=true \
  "$tools/node_modules/.bin/redocly" lint --config scripts/redocly.yaml openapi/*.yaml
