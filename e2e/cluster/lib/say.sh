# Words for the person who waits. Everything goes to stderr, so that stdout stays for answers.

say() { printf '%s\n' "$*" >&2; }

# fail WHAT-HAPPENED REMEDY: ends the script. The remedy is a sentence of its own.
fail() {
  printf 'cluster: %s\n         %s\n' "$1" "$2" >&2
  exit 1
}

# with_clock LABEL COMMAND...: runs the command and says every ten seconds how long it has been at it.
# The command's own output goes to a file that is shown only when it fails.
with_clock() {
  local label=$1 log clock status=0 begun=$SECONDS
  shift
  log=$(mktemp "${TMPDIR:-/tmp}/intermission-build.XXXXXX")
  say "$label"
  (
    trap 'kill "$nap" 2>/dev/null; exit 0' TERM
    while :; do
      sleep 10 & nap=$!
      wait "$nap"
      say "  ... $((SECONDS - begun)) s"
    done
  ) </dev/null &
  clock=$!
  "$@" >"$log" 2>&1 || status=$?
  kill "$clock" 2>/dev/null || :
  wait "$clock" 2>/dev/null || :
  if ((status)); then
    tail -n 30 "$log" >&2
    rm -f "$log"
    return "$status"
  fi
  rm -f "$log"
  say "  done in $((SECONDS - begun)) s"
}
