# What "up" says where it cannot work, before it has changed anything.

withoutRightsItSaysSoAndChangesNothing() { # case
  local state=$INTERMISSION_STATE/unprivileged
  setpriv --reuid=65534 --clear-groups env INTERMISSION_STATE="$state" INTERMISSION_CACHE="$state" "$cluster" up >"$output" 2>&1 &&
    broken 'up succeeded without rights'
  grep -q 'nothing was changed' "$output" || broken "no clear message, but: $(cat "$output")"
  grep -q 'Not root' "$output" || broken "the cause is not named: $(cat "$output")"
  grep -q -- '--context' "$output" || broken "the remedy is not named: $(cat "$output")"
  [[ ! -e $state ]] || broken 'something was made'
}

withoutGoItSaysSoAndChangesNothing() { # case
  local state=$INTERMISSION_STATE/without-go programs=$INTERMISSION_STATE/programs program
  mkdir -p "$programs"
  for program in /usr/local/sbin/* /usr/local/bin/* /usr/sbin/* /usr/bin/*; do
    [[ $program == */go ]] || ln -sf "$program" "$programs"
  done
  env PATH="$programs" INTERMISSION_STATE="$state" INTERMISSION_CACHE="$state" "$cluster" up >"$output" 2>&1 &&
    broken 'up succeeded without Go and without cached tools'
  grep -q 'Go is missing. Install' "$output" || broken "no clear message, but: $(cat "$output")"
  [[ ! -e $state ]] || broken 'something was made'
}

withoutControlGroupsItSaysSo() { # case
  unshare --mount --propagation private sh -c "mount -t tmpfs tmpfs /sys/fs/cgroup && '$cluster' up --name alpha" >"$output" 2>&1 &&
    broken 'up succeeded without control groups'
  grep -q "controller 'memory' is missing" "$output" || broken "no clear message, but: $(cat "$output")"
}

anUnusableNameIsRefused() { # case
  "$cluster" up --name '../x' >"$output" 2>&1 && broken 'the name was taken'
  grep -q 'lower-case letters' "$output" || broken "no clear message, but: $(cat "$output")"
}

aContextThatDoesNotAnswerIsNamed() { # case
  KUBECONFIG=/dev/null "$cluster" up --name alpha --context nowhere >"$output" 2>&1 && broken 'the context was taken'
  grep -q "context 'nowhere' does not answer" "$output" || broken "no clear message, but: $(cat "$output")"
  [[ ! -e $INTERMISSION_STATE/alpha ]] || broken 'something was made'
}
