# Owns waiting: everything that is waited for has a deadline and a name.
# Needs say.sh.

# wait_until SECONDS WHAT COMMAND...: tries ten times a second; fails with WHAT when the time is over.
wait_until() {
  local deadline=$((SECONDS + $1)) what=$2
  shift 2
  until "$@" >/dev/null 2>&1; do
    ((SECONDS < deadline)) || fail "waited in vain for $what." "'cluster logs' shows what each part said last."
    sleep 0.1
  done
}
