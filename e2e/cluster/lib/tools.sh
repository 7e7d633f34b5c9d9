# Owns the programs: builds each from the Go module that pins it, and caches it by that module's content.
# Needs say.sh and paths.sh.

TOOL_LIST=$CLUSTER_HOME/tools/list

tool_module() { awk -v n="$1" '$1 == n {print $2}' "$TOOL_LIST"; }
tool_package() { awk -v n="$1" '$1 == n {print $3}' "$TOOL_LIST"; }
tool_names() { awk '!/^#/ && NF {print $1}' "$TOOL_LIST"; }

kubernetes_version() { sed -nE 's#.*[[:space:]]k8s.io/kubernetes (v[0-9.]+).*#\1#p' "$CLUSTER_HOME/tools/kubernetes/go.mod"; }

# tool_binary NAME: where the binary of this content is, or will be.
tool_binary() {
  local module source
  module=$(tool_module "$1")
  [[ $module ]] || fail "there is no tool named '$1'." "The tools are: $(tool_names | tr '\n' ' ')"
  source=$CLUSTER_HOME/tools/$module
  echo "$INTERMISSION_CACHE/tools/$module-$(
    shopt -s nullglob
    content_key "$source"/go.* "$source"/*.go <(tool_link_flags "$module")
  )/$1"
}

# tool_link_flags MODULE: Kubernetes asks its binaries for their version, for example to judge the skew between nodes.
tool_link_flags() {
  local flags='-s -w' version package
  if [[ $1 == kubernetes ]]; then
    version=$(kubernetes_version)
    for package in k8s.io/component-base/version k8s.io/client-go/pkg/version; do
      flags+=" -X $package.gitVersion=$version -X $package.gitMajor=1 -X $package.gitMinor=$(cut -d. -f2 <<<"$version")"
      flags+=" -X $package.gitTreeState=clean"
    done
  fi
  echo "$flags"
}

# ensure_tool NAME [WHICH]: the binary is there when this returns. Safe beside other callers: the first one builds.
ensure_tool() {
  local name=$1 which=${2:-} binary lock
  binary=$(tool_binary "$name")
  [[ -x $binary ]] && return
  command -v go >/dev/null || fail "Go is not installed, and $name has to be built with it." \
    "Install Go 1.25 or later (for example from your distribution or https://go.dev/dl) and run this again."
  mkdir -p "$(dirname "$binary")"
  exec {lock}>"$binary.lock"
  flock "$lock"
  [[ -x $binary ]] || build_tool "$name" "$binary" "$which"
  exec {lock}>&-
}

build_tool() {
  local name=$1 binary=$2 which=$3 module package
  module=$(tool_module "$name")
  package=$(tool_package "$name")
  with_clock "building $name${which:+ ($which)} from $package; kept for the next time" \
    nice -n 5 env CGO_ENABLED=0 go build -C "$CLUSTER_HOME/tools/$module" \
    -trimpath -ldflags "$(tool_link_flags "$module")" -o "$binary.building" "$package" ||
    fail "$name could not be built." "The lines above are Go's own words; a proxy that does not answer is the usual cause (go env GOPROXY)."
  put_in_place "$binary.building" "$binary"
}

# ensure_tools NAME...: the same for several, counted for the person who waits.
ensure_tools() {
  local name missing=() i=0
  for name in "$@"; do
    [[ -x $(tool_binary "$name") ]] || missing+=("$name")
  done
  for name in "${missing[@]}"; do
    i=$((i + 1))
    ensure_tool "$name" "$i of ${#missing[@]}"
  done
}

# api_test_folder: a folder laid out as Fabric8's kube-api-test wants to find its binaries.
api_test_folder() {
  local folder binaries name
  ensure_tools etcd kube-apiserver kubectl
  folder=$(dirname "$(tool_binary etcd)")/api-test
  binaries=$folder/k8s/$(kubernetes_version | tr -d v)-linux-amd64
  mkdir -p "$binaries"
  for name in etcd kube-apiserver kubectl; do
    ln -sfn "$(tool_binary "$name")" "$binaries/$name"
  done
  echo "$folder"
}
