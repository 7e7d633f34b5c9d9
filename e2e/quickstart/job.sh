# Owns the story of one job: started, paused, resumed, finished, each with what can be proven about it.
# Needs terminal.sh, watch.sh, figures.sh and $kubectl.

lost_steps=0 receipt_step='' digest=''

# apply_job NAME FILE: the file is applied after a job of an earlier run of the same name is gone.
apply_job() {
  "$kubectl" delete trainingjob "$1" --ignore-not-found --wait --timeout 60s >/dev/null
  "$kubectl" apply --filename "$2" >/dev/null
}

start_job() {
  apply_job "$@"
  watch_job "$1"
}

pause_job() {
  local asked
  type_out "kubectl patch trainingjob $job --type=merge -p '{\"spec\":{\"paused\":true}}'"
  asked=$(moment)
  patch_paused true
  until_job 'its compute is released' 60 compute_is_released
  sample pause_to_released_seconds "$(elapsed "$asked" "$seen_at")"
  show_receipt
  say "  compute released $(elapsed "$asked" "$seen_at") s after the patch"
  show_no_pods
}

resume_job() {
  local asked before=$resume
  type_out "kubectl patch trainingjob $job --type=merge -p '{\"spec\":{\"paused\":false}}'"
  asked=$(moment)
  patch_paused false
  until_job 'it trains again' 60 proven_since "$before"
  sample resume_to_first_step_seconds "$(elapsed "$asked" "$seen_at")"
  show_resume "$(elapsed "$asked" "$seen_at")"
}

patch_paused() { "$kubectl" patch trainingjob "$job" --type=merge --patch "{\"spec\":{\"paused\":$1}}" >/dev/null; }

compute_is_released() { in_phase Paused && [[ $released ]]; }

# proven_since RESUME: a later resume than this one has reported its first step, and that was compared with the receipt.
proven_since() { [[ $resume != "$1" && $proven ]] && in_phase Running; }

field() { "$kubectl" get trainingjob "$job" --output "jsonpath=$1"; }

# show_no_pods: released means that every container has ended; the kubelet takes a moment more to remove the pod itself.
show_no_pods() {
  "$kubectl" wait pod --for delete --selector "intermission.dev/job=$job" --timeout 30s >/dev/null
  type_out "kubectl get pods --selector intermission.dev/job=$job"
  say "  $("$kubectl" get pods --selector "intermission.dev/job=$job" 2>&1)"
}

show_receipt() {
  local at lost objects bytes contains how sum uri
  IFS='|' read -r at lost objects bytes how sum uri contains < <(field '{range .status.pause.receipt}{.step}|{.lostSteps}|{.objects}|{.bytes}|{.verification}|{.manifestSha256}|{.uri}|{.contains}{"\n"}{end}')
  receipt_step=$at
  lost_steps=$((lost_steps + lost))
  say "  ${bold}receipt$plain"
  say "    step      $at, lost steps $lost"
  say "    contains  $(tr -d '[]"' <<<"$contains" | tr ',' ' ')"
  say "    verified  $objects objects, $bytes bytes, by the operator ($how)"
  say "    manifest  $uri"
  say "    sha256    $sum"
}

show_resume() {
  local from first exact
  IFS='|' read -r from first exact < <(field '{.status.resume.fromStep}|{.status.resume.firstStep}|{.status.resume.exact}{"\n"}')
  lost_steps=$((lost_steps + (first > from + 1 ? first - from - 1 : from + 1 - first)))
  if ((from == receipt_step && first == from + 1)); then
    good "continued at step $first, right after $from, $1 s after the patch (${exact:-no verdict})"
  else
    warn "continued at step $first from checkpoint $from; the receipt said $receipt_step"
  fi
}

# finish_job: until the end, then the digest of the weights as the final checkpoint in the store declares it.
finish_job() {
  until_job 'training is over' 300 in_phase Succeeded
  stop_watching
  good "finished after $(field '{.status.checkpoint.step}') steps, accuracy $accuracy"
  digest=$(weights_digest)
  [[ $digest ]] || fail "the final checkpoint of '$job' declares no digest of its weights." "Look at $(field '{.status.checkpoint.uri}')."
}
