# Owns the question whether this machine can run a native cluster: everything is asked before anything is changed, and all that
# is missing is told at once.
# Needs say.sh, packages.sh, cgroup.sh.

NATIVE_PACKAGES='containerd runc containernetworking-plugins iproute2 nftables util-linux openssl curl'

# check_native: fails with the list of what is missing and what to do.
check_native() {
  local -a problems=()
  [[ $(uname -s) == Linux ]] || problems+=("This is not Linux. Use a cluster of your own: cluster up --context NAME.")
  ((EUID == 0)) || problems+=("Not root: namespaces, routes and mounts need it. Run it with sudo, or use: cluster up --context NAME.")
  if ((EUID == 0)); then check_rights; fi
  check_kernel
  check_programs
  ((${#problems[@]} == 0)) || fail "a cluster cannot be started here; nothing was changed." "$(printf '%s\n         ' "${problems[@]}")"
}

# Tried, not read from a list: what forbids it may be a container, a security module or the kernel.
check_rights() {
  unshare --net --mount true 2>/dev/null ||
    problems+=("No new network and mount namespaces (CAP_SYS_ADMIN is missing, as in a plain container). Use a virtual machine, or a privileged container.")
  unshare --net ip link add probe0 type veth peer name probe1 2>/dev/null || ! command -v ip >/dev/null ||
    problems+=("No virtual network cables (CAP_NET_ADMIN or the kernel module 'veth' is missing). Try: modprobe veth.")
  unshare --net ip link add probe0 type bridge 2>/dev/null || ! command -v ip >/dev/null ||
    problems+=("No network bridges (the kernel module 'bridge' is missing). Try: modprobe bridge.")
  unshare --net nft add table ip probe 2>/dev/null || ! command -v nft >/dev/null ||
    problems+=("No nftables in this kernel. Try: modprobe nf_tables.")
  [[ -w $CGROUPS/cgroup.procs || -w $CGROUPS/freezer/cgroup.procs ]] ||
    problems+=("No control groups that can be written in $CGROUPS. In a container, mount them: --cgroupns=host -v $CGROUPS:$CGROUPS.")
}

check_kernel() {
  local controller
  grep -qw overlay /proc/filesystems || modprobe overlay 2>/dev/null ||
    problems+=("No overlay file system in this kernel. Try: modprobe overlay.")
  for controller in cpu cpuset memory pids; do
    if cgroup_is_v2; then
      grep -qw "$controller" "$CGROUPS/cgroup.controllers"
    else
      [[ -f $CGROUPS/$controller/cgroup.procs ]]
    fi || problems+=("The control group controller '$controller' is missing. Enable it on the kernel's command line.")
  done
}

check_programs() {
  local missing
  # shellcheck disable=SC2086 # a list of words
  missing=$(missing_packages $NATIVE_PACKAGES)
  [[ -z $missing ]] || command -v apt-get >/dev/null ||
    problems+=("These programs are missing, and there is no apt-get to install them: $missing")
  command -v go >/dev/null || [[ -x $(tool_binary kubelet) && -x $(tool_binary minio) ]] ||
    problems+=("Go is missing. Install Go 1.26 (or an earlier one from 1.21 on, which fetches it) from https://go.dev/dl.")
}
