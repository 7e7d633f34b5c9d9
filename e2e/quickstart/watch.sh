# Owns the view on one job: a watch of its status, one line for each change. Nothing is read from logs.
# Needs terminal.sh and $kubectl.

# The order of these is the order of the variables in next_change.
STATUS_LINE='{.status.phase}|{.status.run.number}|{.status.progress.step}|{.status.progress.totalSteps}|{.status.progress.metrics.loss}|{.status.progress.metrics.accuracy}|{.status.progress.metrics.stallMillis}|{.status.progress.metrics.copyMillis}|{.status.pause.requestId}|{.status.pause.receipt.computeReleasedAt}|{.status.resume.provenAt}|{.status.resume.requestedAt}|{.status.conditions[?(@.status=="False")].message}{"\n"}'

phase='' run='' step=0 total=0 loss='' accuracy='' stall='' copy='' request='' released='' proven='' resume='' trouble=''

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
  watcher=''
}

# until WHAT SECONDS COMMAND...: follows the job until the command says yes. The moment of that change is in $seen_at.
until_job() {
  local what=$1 end=$((SECONDS + $2))
  shift 2
  while :; do
    ((SECONDS < end)) || job_failed "the job '$job' did not get there in time: $what."
    next_change || continue
    seen_at=$(moment)
    show_progress
    if "$@"; then bar_ends && return; fi
    [[ $phase != Failed ]] || job_failed "the job '$job' failed."
  done
}

# next_change: false when there was none for a second.
next_change() {
  local status=0
  IFS='|' read -r -t 1 -u "$changes" phase run step total loss accuracy stall copy request released proven resume trouble || status=$?
  if ((status > 0 && status <= 128)); then # the watch ended, as watches do now and then
    watch_job "$job"
    return 1
  fi
  return "$status"
}

show_progress() {
  [[ $stall && $stall != 0 ]] && last_stall=$stall last_copy=$copy
  bar "${step:-0}" "${total:-0}" "$(printf '%-10s step %5s / %-5s  loss %-8.8s accuracy %-6.6s' "$phase" "${step:-0}" "${total:-?}" "${loss:--}" "${accuracy:--}")"
  if [[ $trouble && $trouble != "${told:-}" ]]; then
    told=$trouble
    [[ $live ]] || warn "$trouble"
  fi
}

# job_failed WHAT: ends the script with what the cluster says about it.
job_failed() {
  bar_ends
  "$kubectl" get trainingjob "$job" --output 'jsonpath={range .status.conditions[*]}{"  "}{.type}={.status} {.reason}: {.message}{"\n"}{end}' >&2 || :
  "$kubectl" get pods --selector "intermission.dev/job=$job" >&2 || :
  fail "$1" "Its conditions and pods are above; kubectl describe trainingjob $job says more."
}

reached() { ((${step:-0} >= $1)); }
in_phase() { [[ $phase == "$1" ]]; }
