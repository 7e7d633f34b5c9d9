# Owns processes: each is known by its pid and the moment it began, so that a pid used again by something else is never taken for it.

# began PID: in clock ticks since boot; nothing when there is no such process.
began() {
  local stat
  stat=$(cat "/proc/$1/stat" 2>/dev/null) || return
  stat=${stat##*) }
  # shellcheck disable=SC2086 # the fields of the line
  set -- $stat
  [[ $1 == Z ]] || echo "${20}"
}

# is_alive PID-FILE
is_alive() {
  local pid moment
  [[ -s $1 ]] && read -r pid moment <"$1" && [[ $moment && $(began "$pid") == "$moment" ]]
}

pid_in() { cut -d' ' -f1 "$1"; }

# launch PID-FILE LOG COMMAND...: detached, with a clean environment, so that a proxy or a KUBECONFIG of the caller's has no say.
# The process writes its own pid file before it becomes COMMAND.
# dies here: a process without a pid file is still in its control group, and ends with that.
launch() {
  local pid_file=$1 log=$2 pid
  shift 2
  (
    close_inherited_files
    pid=$BASHPID
    printf '%s %s\n' "$pid" "$(began "$pid")" >"$pid_file"
    exec env -i PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root \
      setsid nohup "$@" >>"$log" 2>&1 </dev/null
  ) &
  wait_until 5 "the pid of $(basename "$pid_file" .pid)" test -s "$pid_file"
}

# Locks are files: a daemon that kept one open would hold it for ever.
close_inherited_files() {
  local file
  for file in /proc/"$BASHPID"/fd/*; do
    file=${file##*/}
    ((file > 2)) && eval "exec $file>&-"
  done
  return 0
}
