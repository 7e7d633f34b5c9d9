# Owns the view on one job: a watch of its status, one line for each change. Nothing is read from logs.
# Needs terminal.sh and $kubectl.

# The order of these is the order of the variables in next_change.
STATUS_LINE='{.status.phase}|{.status.run.number}|{.status.progress.step}|{.status.progress.totalSteps}|{.status.progress.metrics.loss}|{.status.progress.metrics.accuracy}|{.status.progress.metrics.stallMillis}|{.status.progress.metrics.copyMillis}|{.status.pause.requestId}|{.status.pause.receipt.computeReleasedAt}|{.status.resume.provenAt}|{.status.resume.requestedAt}|{.status.conditions[?(@.type=="Ready")].message}{"\n"}'

phase='' run='' step=0 total=0 loss='' accuracy='' stall='' copy='' request='' released='' proven='' resume='' ready='' stalls='' copies=''

# watch_job NAME: begins to watch. The changes come through file descriptor $changes.
watch_job() {
  stop_watching
  job=$1
  exec {changes}< <(exec "$kubectl" get trainingjob "$job" --watch --output "jsonpath=$STATUS_LINE" 2>/dev/null)
  watcher=$!
}

stop_watching() {
  [[ ${watcher:-} ]] || return 0
  kill "$watcher" 2>/dev/null || :
  exec {changes}<&-
  watcher='' partial=''
}

# until WHAT SECONDS COMMAND...: follows the job until the command says yes. The moment of that change is in $seen_at.
until_job() {
  local what=$1 end=$((SECONDS + $2)) quiet=0
  shift 2
  while :; do
    ((SECONDS < end)) || job_failed "the job '$job' did not get there in time: $what."
    next_change || { show_trouble; continue; }
    seen_at=$(moment) quiet=0
    show_progress
    if "$@"; then bar_ends && return; fi
    [[ $phase != Failed ]] || job_failed "the job '$job' failed."
  done
}

partial=''

# next_change: false when there was none for a second. kubectl writes a line piece by piece, so what has come of one is kept.
next_change() {
  local line status=0
  IFS='' read -r -t 1 -u "$changes" line || status=$?
  line=$partial$line partial=''
  if ((status > 128)); then
    partial=$line
    return 1
  elif ((status)); then # the watch ended, as watches do now and then
    watch_job "$job"
    return 1
  fi
  IFS='|' read -r phase run step total loss accuracy stall copy request released proven resume ready <<<"$line"
}

show_progress() {
  collect_stalls
  bar "${step:-0}" "${total:-0}" "$phase" "$(printf 'step %5s / %-5s  loss %-8.8s accuracy %-6.6s' "${step:-0}" "${total:-?}" "${loss:--}" "${accuracy:--}")"
}

# collect_stalls: each save reports how long training stood still for it, each run how long one copy of its state takes.
collect_stalls() {
  [[ ${stall:-0} == 0 || " $stalls" == *" $stall "* ]] || stalls+="$stall "
  [[ ${copy:-0} == 0 || " $copies" == *" $copy "* ]] || copies+="$copy "
}

# show_trouble: after some seconds without a change, what the operator says it waits for.
show_trouble() {
  ((++quiet == 8)) && [[ $ready ]] || return 0
  bar_ends
  warn "$ready"
}

# job_failed WHAT: ends the script with what the cluster says about it.
job_failed() {
  bar_ends
  "$kubectl" get trainingjob "$job" --output 'jsonpath={range .status.conditions[*]}{"  "}{.type}={.status} {.reason}: {.message}{"\n"}{end}' >&2 || :
  "$kubectl" get pods --selector "intermission.dev/job=$job" >&2 || :
  "$kubectl" --namespace intermission-system get pods >&2 || :
  "$kubectl" --namespace intermission-system logs deployment/intermission --tail 15 >&2 || :
  fail "$1" "Its conditions and pods are above, and the operator's last lines; kubectl describe trainingjob $job says more."
}

reached() { ((${step:-0} >= $1)); }
in_phase() { [[ $phase == "$1" ]]; }
