# Words for the person who waits. Everything goes to stderr, so that stdout stays for answers; to the script's own, so that a
# function whose output is thrown away can still fail with words.

exec {WORDS}>&2
say() { printf '%s\n' "$*" >&"$WORDS"; }

# fail WHAT-HAPPENED REMEDY: ends the script. The remedy is a sentence of its own.
fail() {
  printf 'cluster: %s\n         %s\n' "$1" "$2" >&"$WORDS"
  exit 1
}

# with_clock LABEL COMMAND...: runs the command and shows how long it has been at it.
# The command's own output goes to a file that is shown only when it fails.
with_clock() {
  local label=$1 log clock status=0 begun=$SECONDS
  shift
  log=$(mktemp "${TMPDIR:-/tmp}/intermission-build.XXXXXX")
  say "$label"
  show_clock "$begun" </dev/null &
  clock=$!
  "$@" >"$log" 2>&1 || status=$?
  kill "$clock" 2>/dev/null || :
  wait "$clock" 2>/dev/null || :
  ((status == 0)) || tail -n 30 "$log" >&2
  rm -f "$log"
  ((status == 0)) && say "  done in $((SECONDS - begun)) s" || return "$status"
}

# A terminal sees one line that counts; a log file sees a line every half minute. Ends with the script, however that ends.
show_clock() {
  local begun=$1 pause=30 form='  ... %d s\n' nap
  [[ -t 2 ]] && pause=1 form='\r  ... %d s\r'
  trap 'kill "$nap" 2>/dev/null; exit 0' TERM
  while kill -0 $$ 2>/dev/null; do
    sleep "$pause" &
    nap=$!
    wait "$nap"
    # shellcheck disable=SC2059 # one of the two forms above
    printf "$form" $((SECONDS - begun)) >&2
  done
}
