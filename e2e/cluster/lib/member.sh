# Owns the members of a cluster, "control" and "node1", "node2", ...: each has its own network and its own view of the file
# system, held by one sleeping process, so that daemons find the usual paths and ports, mounts and firewall rules are private,
# and all of it vanishes with the member's last process.
# Inside of a member /run/node is its state folder and /run/kubernetes the folder of the Kubernetes binaries.
# Needs process.sh, cgroup.sh and instance.sh.

member_folder() { echo "$STATE/$1"; }
member_holder() { echo "$STATE/$1/holder.pid"; }
member_is_up() { is_alive "$(member_holder "$1")" && [[ -e /proc/$(pid_in "$(member_holder "$1")")/root/run/furnished ]]; }
members() { find "$STATE" -mindepth 2 -maxdepth 2 -name holder.pid -printf '%h\n' 2>/dev/null | xargs -rn1 basename | sort; }

# start_member NAME: ends what a dead one may have left, then makes it anew. What lies in its folder stays.
start_member() {
  local name=$1 folder
  member_is_up "$name" && return
  folder=$(member_folder "$name")
  end_member "$name"
  mkdir -p "$folder/log"
  make_cgroup "$(cluster_cgroup)/$name/daemons"
  launch_in_cgroup "$name" "$(member_holder "$name")" "$folder/log/holder.log" \
    unshare --net --mount --propagation private sleep infinity
  wait_until 5 "the namespaces of $name" has_own_network "$(pid_in "$(member_holder "$name")")"
  inside "$name" bash -euc "$(declare -f furnish pretend_setting); furnish \"\$@\"" - "$folder" "$(dirname "$(tool_binary kubelet)")"
}

end_member() {
  end_cgroup "$(cluster_cgroup)/$1"
  rm -f "$(member_folder "$1")"/*.pid
}

has_own_network() { [[ $(readlink "/proc/$1/ns/net") != $(readlink /proc/self/ns/net) && $(cat "/proc/$1/comm") == sleep ]]; }

# launch_in_cgroup MEMBER PID-FILE LOG COMMAND...
launch_in_cgroup() (
  enter_cgroup "$(cluster_cgroup)/$1/daemons"
  launch "${@:2}"
)

# inside MEMBER COMMAND...
inside() {
  nsenter --target "$(pid_in "$(member_holder "$1")")" --net --mount --wd=/ -- "${@:2}"
}

# furnish STATE-FOLDER BINARY-FOLDER: runs inside. Covers what daemons have fixed paths for; the two folders are opened first,
# because they may lie below a path that is about to be covered.
furnish() {
  exec 3<"$1" 4<"$2"
  mount -t tmpfs -o mode=755 tmpfs /run
  mkdir /run/node /run/kubernetes
  mount --bind /proc/self/fd/3 /run/node
  mount --bind /proc/self/fd/4 /run/kubernetes
  mount -t tmpfs -o mode=755 tmpfs /var/lib
  mount -t tmpfs -o mode=755 tmpfs /var/log
  pretend_setting vm/overcommit_memory 1
  pretend_setting vm/panic_on_oom 0
  pretend_setting kernel/panic 10
  pretend_setting kernel/panic_on_oops 1
  pretend_setting kernel/keys/root_maxkeys 1000000
  pretend_setting kernel/keys/root_maxbytes 25000000
  : >/run/furnished # dies here: a member without this file is not up, and is made anew
}

# The kubelet sets these for the whole machine unless it finds them set. This machine is somebody's, so it finds a file that says so.
pretend_setting() {
  local file=/run/settings/${1//\//-}
  mkdir -p /run/settings
  echo "$2" >"$file"
  mount --bind "$file" "/proc/sys/$1"
}

# start_daemon MEMBER NAME COMMAND...: nothing to do when it runs.
start_daemon() {
  local member=$1 name=$2 folder
  shift 2
  folder=$(member_folder "$member")
  is_alive "$folder/$name.pid" && return
  rm -f "$folder/$name.pid"
  launch_in_cgroup "$member" "$folder/$name.pid" "$folder/log/$name.log" \
    nsenter --target "$(pid_in "$(member_holder "$member")")" --net --mount --wd=/ -- "$@"
}
