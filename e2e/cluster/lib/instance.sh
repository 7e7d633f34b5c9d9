# Owns the instance: a small number, one for each cluster on this machine, from which all addresses and names follow.
# Everything lies in 100.64.0.0/10, the address space that no site routes:
#   100.64.<i>.100       control plane          100.<96+i>.<n>.0/24   pods of node n
#   100.64.<i>.<n>       node n                 100.<112+i>.0.0/16    services
#   100.64.<i>.254       this machine           intermission<i>       its network interface
# Ports need no numbers of their own: each member has a network namespace of its own.
# Needs say.sh.

CLAIMS=/run/lock/intermission
INSTANCES=16

member_address() { # control or node<n>
  case $1 in
    control) echo "100.64.$INSTANCE.100" ;;
    node*) echo "100.64.$INSTANCE.${1#node}" ;;
  esac
}
host_address() { echo "100.64.$INSTANCE.254"; }
host_interface() { echo "intermission$INSTANCE"; }
pod_network() { echo "100.$((96 + INSTANCE)).0.0/16"; }
node_pod_network() { echo "100.$((96 + INSTANCE)).${1#node}.0/24"; }
service_network() { echo "100.$((112 + INSTANCE)).0.0/16"; }
api_service_address() { echo "100.$((112 + INSTANCE)).0.1"; }
dns_service_address() { echo "100.$((112 + INSTANCE)).0.10"; }
cluster_cgroup() { echo "intermission-$INSTANCE"; }

# claim_instance: keeps the number that this cluster has, or takes a free one. Sets INSTANCE.
# dies here: a claim names the folder it is for; one whose folder does not name it back is free again.
claim_instance() {
  local lock
  mkdir -p "$CLAIMS"
  exec {lock}>"$CLAIMS/lock"
  flock "$lock"
  if ! read_instance || ! claim_is_ours "$INSTANCE"; then
    for ((INSTANCE = 0; INSTANCE < INSTANCES; INSTANCE++)); do
      instance_is_free "$INSTANCE" && break
    done
    ((INSTANCE < INSTANCES)) || fail "all $INSTANCES cluster numbers of this machine are taken, or their addresses are in use." \
      "'ls $CLAIMS' and 'ip route' show by whom; 'cluster down --name NAME' frees one."
    echo "$STATE" >"$CLAIMS/$INSTANCE"
    echo "$INSTANCE" >"$STATE/instance"
  fi
  exec {lock}>&-
}

# read_instance: sets INSTANCE to what the state folder says; false when it says nothing.
read_instance() {
  INSTANCE=$(cat "$STATE/instance" 2>/dev/null) && [[ $INSTANCE ]]
}

claim_is_ours() { [[ $(cat "$CLAIMS/$1" 2>/dev/null) == "$STATE" ]]; }

instance_is_free() {
  local owner
  owner=$(cat "$CLAIMS/$1" 2>/dev/null) || :
  [[ -z $owner || $(cat "$owner/instance" 2>/dev/null) != "$1" ]] || return
  ! { ip -oneline address; ip route show table all; } | grep -qE "100\.(64\.$1|$((96 + $1))|$((112 + $1)))\."
}

release_instance() {
  claim_is_ours "$INSTANCE" && rm -f "$CLAIMS/$INSTANCE"
  return 0
}
