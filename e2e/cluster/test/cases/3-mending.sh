# What was killed is mended, and "down" leaves nothing.

aKilledDaemonIsStartedAnew() { # case
  local file=$INTERMISSION_STATE/alpha/control/kube-scheduler.pid
  kill -KILL "$(cut -d' ' -f1 "$file")"
  quietly "$cluster" up --name alpha
  "$cluster" status --name alpha >"$output"
  grep -q 'kube-scheduler:up' "$output" || broken "the scheduler is down: $(cat "$output")"
}

aKilledNodeIsStartedAnew() { # case
  local pids
  pids=$(processes_of "intermission-$(cat "$INTERMISSION_STATE/alpha/instance")/node1/")
  # shellcheck disable=SC2086 # a list of numbers
  kill -KILL $pids 2>/dev/null || :
  quietly "$cluster" up --name alpha
  on alpha --namespace minio rollout status deployment/minio --timeout=30s >/dev/null || broken 'MinIO did not come back'
}

# processes_of CGROUP: pids of all that are in it or below.
processes_of() { { grep -l "/$1" /proc/[0-9]*/cgroup 2>/dev/null || :; } | cut -d/ -f3; }

# The moments, in seconds after the start, fall into the members, the certificates, the images and the add-ons.
upThatIsKilledAtAnyMomentIsMendedByUp() { # case
  local moment up
  quietly "$cluster" down --name alpha
  for moment in 0.4 0.9 1.5 3 5; do
    setsid "$cluster" up --name alpha >/dev/null 2>&1 &
    up=$!
    sleep "$moment"
    kill -KILL -- "-$up" 2>/dev/null || :
    wait "$up" 2>/dev/null || :
  done
  quietly "$cluster" up --name alpha
}

# Killed by what it has left behind, not by the clock: a busy machine takes its time.
upThatIsKilledEarlyIsRemovedByDown() { # case
  local trace up
  for trace in instance node1/holder.pid; do
    quietly "$cluster" down --name alpha
    setsid "$cluster" up --name alpha >/dev/null 2>&1 &
    up=$!
    until [[ -s $INTERMISSION_STATE/alpha/$trace ]]; do
      kill -0 "$up" 2>/dev/null || broken "'up' ended before there was $trace"
      sleep 0.05
    done
    kill -KILL -- "-$up" 2>/dev/null || :
    wait "$up" 2>/dev/null || :
    nothingIsLeftAfterDown alpha
  done
}

downLeavesNothingAndNotItsNeighbours() { # case
  quietly "$cluster" up --name alpha
  nothingIsLeftAfterDown alpha
  on beta get nodes >/dev/null || broken 'beta does not answer any more'
  nothingIsLeftAfterDown beta
  quietly "$cluster" down --name beta
}

nothingIsLeftAfterDown() {
  local name=$1 instance deadline
  instance=$(cat "$INTERMISSION_STATE/$name/instance")
  quietly "$cluster" down --name "$name"
  [[ ! -e $INTERMISSION_STATE/$name && ! -e $INTERMISSION_STATE/$name.lock ]] || broken "the folder or the lock of $name is left"
  # What is dead already may wait a moment for the kernel to clear it and for its new parent to take note.
  deadline=$((SECONDS + 5))
  while [[ $(processes_of "intermission-$instance/") ]]; do
    ((SECONDS < deadline)) || broken "processes are left: $(processes_of "intermission-$instance/" | xargs ps -o pid,stat,args -p)"
    sleep 0.2
  done
  [[ -z $(find /sys/fs/cgroup -maxdepth 2 -name "intermission-$instance") ]] || broken 'control groups are left'
  [[ ! -e /sys/class/net/intermission$instance ]] || broken 'the network interface is left'
  ! ip route show table all | grep -qE "100\.(64\.$instance|$((96 + instance))|$((112 + instance)))\." || broken 'routes are left'
  ! grep -q "$INTERMISSION_STATE/$name/" /proc/self/mountinfo || broken 'mounts are left'
  [[ ! -e /run/lock/intermission/$instance ]] || broken 'the claim of its number is left'
}
