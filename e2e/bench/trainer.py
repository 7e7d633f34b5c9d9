"""./bench trainer: the same network, data, batch, dtype and threads in our trainer, plain DJL and PyTorch eager.

Each round takes the programs in another order, each in a process of its own; a figure is the median of the rounds, and within one of
its steps. Peak memory is what the kernel counts for the whole process, with the checkpoint that is measured at its end; plain DJL makes none.
"""

import json
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

ROUNDS = 3
BATCH, THREADS, STALL_MS = 64, 2, 60
# side of the square input (a layer is as wide), layers, steps, steps before the first that counts
SIZES = {"0.2M": (16, 3, 600, 400), "4.2M": (32, 4, 60, 30), "50.4M": (64, 3, 12, 6)}
PROGRAMS = {"intermission": "ours", "djl": "plain", "pytorch": "default", "pytorch_fused": "fused"}
UNITS = {"step": "ms", "optimizer": "ms", "stall": "ms", "memory": "MB"}


def commands(image: Path, classes: Path) -> dict[str, list[str]]:
    options = [line for line in (image / "jvm.options").read_text().splitlines() if line and not line.startswith("#")]
    # Moments and snapshots are direct memory, for which the heap's size is the limit unless one is given.
    java = [str(image / "jre/bin/java"), *options, "-XX:MaxDirectMemorySize=4g", "-cp", f"{image}/lib/*:{classes}"]
    python = os.environ.get("TORCH", "")
    found = {name: [*java, "dev.intermission.djl.learn.Steps", variant] for name, variant in list(PROGRAMS.items())[:2]}
    if python:
        found |= {name: [python, "e2e/bench/steps_torch.py", variant] for name, variant in list(PROGRAMS.items())[2:]}
    return found


def measure(command: list[str], environment: dict[str, str], log: Path) -> dict[str, float]:
    """Runs one process; what it printed, and its peak memory in MB."""
    with tempfile.TemporaryFile("w+") as answer, log.open("w") as errors:
        process = subprocess.Popen(command, env=environment, stdout=answer, stderr=errors)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        answer.seek(0)
        said = answer.read()
    if status:
        sys.exit(f"{' '.join(command)} failed:\n{log.read_text()[-2000:]}")
    figures = {name: float(value) for name, value in (line.split() for line in said.splitlines())}
    return figures | {"memory": usage.ru_maxrss * 1024 / 1e6}


def run(found: dict[str, list[str]], image: Path, folder: Path, sizes: list[str], trial: bool) -> dict:
    natives = {"PYTORCH_LIBRARY_PATH": f"{image}/libtorch", "PYTORCH_VERSION": "2.7.1", "PYTORCH_FLAVOR": "cpu",
               "DJL_CACHE_DIR": str(folder), "MALLOC_ARENA_MAX": "2"}  # as in the trainer's image
    samples: dict = {}
    names = list(found)
    rounds = 1 if trial else ROUNDS
    for turn in range(rounds):
        for size in sizes:
            side, layers, *steps = SIZES[size]
            steps, warm_up = (max(3, count // 10) if trial else count for count in steps)
            for name in names[turn % len(names):] + names[:turn % len(names)]:
                print(f"\r{turn + 1}/{rounds} {size} {name}\033[K", end="", file=sys.stderr, flush=True)
                java = name in ("intermission", "djl")
                numbers = [str(number) for number in (side, layers, BATCH, steps, warm_up, THREADS)]
                command = found[name] + numbers + ([] if java else [str(folder)])
                taken = measure(command, dict(os.environ) | (natives if java else {}), folder / "log")
                for what, value in taken.items():
                    samples.setdefault((size, name, what), []).append(value)
    print("\r\033[K", end="", file=sys.stderr)
    return {key: statistics.median(taken) for key, taken in samples.items()}


def report(medians: dict, path: Path, sizes: list[str]) -> None:
    rows = [row for row in (json.loads(path.read_text()) if path.exists() else [])  # of sizes measured before
            if not any(f"_{size}_" in row["metric"] for size in sizes)]
    for size in sizes:
        print(f"\n{size} parameters{'':12}step ms  optimizer ms  stall ms  peak MB")
        for name in PROGRAMS:
            figures = {what: medians.get((size, name, what)) for what in UNITS}
            print(f"  {name:20}" + "".join(f"{'-' if value is None else f'{value:.2f}':>11}" for value in figures.values()))
            for what, value in figures.items():
                goal = None
                if name == "intermission" and what in ("step", "optimizer"):
                    goal = medians.get((size, "pytorch_fused", what))
                if name == "intermission" and what == "stall" and size == "50.4M":
                    goal = STALL_MS
                rows.append({"metric": f"{what}_{size}_{name}", "unit": UNITS[what],
                             "value": value and round(value, 3), "goal": goal and round(goal, 3)})
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(rows, indent=1) + "\n")
    print(f"\nalso in {path}; the goals are PyTorch's fused Adam, and {STALL_MS} ms of stall for 605 MB")


def main() -> None:
    image, classes, result = map(Path, sys.argv[1:4])
    asked = [word for word in sys.argv[4:] if word != "--trial"]
    if unknown := set(asked) - set(SIZES):
        sys.exit(f"no such size: {', '.join(unknown)}; there are {', '.join(SIZES)}")
    sizes = asked or list(SIZES)
    memory = Path("/dev/shm")  # else the disk is measured
    with tempfile.TemporaryDirectory(prefix="bench-", dir=memory if memory.is_dir() else None) as folder:
        medians = run(commands(image.absolute(), classes.absolute()), image.absolute(), Path(folder), sizes, "--trial" in sys.argv)
    report(medians, result, sizes)


main()
