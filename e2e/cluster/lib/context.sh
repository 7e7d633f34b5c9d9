# Owns the use of a cluster that is there already, named by a context of the user's own kubeconfig. It is asked whether it
# answers and nothing more; MinIO is put there, and taken away again, only for who asked for it.
# Needs tools.sh, addons.sh.

context_up() {
  local context=$1 with_minio=$2
  [[ -z $with_minio || ${MINIO_IMAGE:-} ]] ||
    fail "no image of MinIO is named for the cluster of context '$context'." "Set MINIO_IMAGE to one that its nodes can pull, for example a copy in your own registry. Nothing has been changed."
  ensure_tools kubectl
  "$(tool_binary kubectl)" --context "$context" --request-timeout=10s get --raw /readyz >/dev/null ||
    fail "the cluster of context '$context' does not answer." "The line above is kubectl's own; 'kubectl config get-contexts' lists what your kubeconfig knows."
  mkdir -p "$STATE"
  chmod 700 "$STATE"
  echo context >"$STATE/backend"
  "$(tool_binary kubectl)" --context "$context" config view --minify --flatten >"$KUBECONFIG_FILE.new"
  put_in_place "$KUBECONFIG_FILE.new" "$KUBECONFIG_FILE"
  [[ $with_minio ]] || return 0
  : >"$STATE/with-minio"
  bring_minio "$MINIO_IMAGE"
}

context_down() {
  [[ ! -e $STATE/with-minio ]] || kubectl delete namespace minio --ignore-not-found >/dev/null
}

context_load() {
  fail "'$1' cannot be loaded into a cluster that we did not start." "Push the image to a registry that the cluster can reach, and name it there."
}

context_has() { return 1; }

context_status() { echo "a cluster of yours; MinIO $([[ -e $STATE/with-minio ]] && echo 'was put there by us' || echo 'is not ours')"; }
