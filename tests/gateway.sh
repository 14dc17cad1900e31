# A gateway of a test's own: start_gateway sets $url, and the end of the script stops it. Sourced.

gateway_pid=
gateway_data=

stop_gateway() {
  if [ -n "$gateway_pid" ]; then
    kill "$gateway_pid" 2>/dev/null || true
    wait "$gateway_pid" 2>/dev/null || true
  fi
  [ -z "$gateway_data" ] || rm -rf "$gateway_data"
}

start_gateway() {
  gateway_data=$(mktemp -d)
  trap stop_gateway EXIT
  QUITTANCE_LOG=warn target/debug/quittance --listen 127.0.0.1:0 --data "$gateway_data" \
    >"$gateway_data/out" 2>"$gateway_data/log" &
  gateway_pid=$!
  url=
  for _ in $(seq 1 300); do
    url=$(sed -n 's/^Quittance serves in sandbox mode on //p' "$gateway_data/out")
    [ -n "$url" ] && return 0
    kill -0 "$gateway_pid" 2>/dev/null || break
    sleep 0.1
  done
  cat "$gateway_data/log"
  echo "the gateway did not start"
  exit 1
}
