"""./bench store: one MinIO, the same files, every client in a process of its own, measured alike.

Each round takes the clients in another order; a figure is the median of three rounds. MB/s leave out the start of the JVM and of
Python, which those programs state themselves; CPU seconds (user + system, of the client alone) and peak memory are those that the
kernel counts for the whole process, its start included.
"""

import json
import os
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

ROUNDS = 3
BUCKET = "checkpoints"
SETS = {"big": (16, 64 << 20), "small": (2000, 16 << 10)}
TRIAL = {"big": (4, 64 << 20), "small": (200, 16 << 10)}
AGENT_MB = 128
WANTED_BYTES = 6 << 30
ENVIRONMENT = {
    "AWS_ACCESS_KEY_ID": "bench",
    "AWS_SECRET_ACCESS_KEY": "bench-secret",
    "AWS_REGION": "us-east-1",
    "AWS_DEFAULT_REGION": "us-east-1",
    "AWS_EC2_METADATA_DISABLED": "true",
    "MALLOC_ARENA_MAX": "2",  # as in the agent's image
    "RCLONE_S3_PROVIDER": "Minio",
    "RCLONE_S3_ENV_AUTH": "true",
    "RCLONE_CONFIG": "/dev/null",
    "PATH": os.environ["PATH"],
    "HOME": os.environ["HOME"],
}


class Server:
    """MinIO over an empty folder."""

    def __init__(self, binary: str, folder: Path) -> None:
        self.folder = folder
        (folder / BUCKET).mkdir(parents=True)
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            address = f"127.0.0.1:{free.getsockname()[1]}"
        self.endpoint = f"http://{address}"
        root = {"MINIO_ROOT_USER": "bench", "MINIO_ROOT_PASSWORD": "bench-secret", "MINIO_BROWSER": "off"}
        self.process = subprocess.Popen(
            [binary, "server", "--quiet", "--address", address, str(folder)],
            env=ENVIRONMENT | root, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.wait()

    def wait(self) -> None:
        for _ in range(300):
            try:
                urllib.request.urlopen(self.endpoint + "/minio/health/ready").close()
                return
            except OSError:
                time.sleep(0.1)
        sys.exit("MinIO did not become ready within 30 s")

    def empty(self) -> None:
        for entry in (self.folder / BUCKET).iterdir():
            shutil.rmtree(entry)

    def stop(self) -> None:
        self.process.send_signal(signal.SIGTERM)
        self.process.wait()


class Client:
    """How one program is called for a put or a get; absent when it cannot be had."""

    def __init__(self, name: str, present: bool, put, get) -> None:
        self.name, self.present, self.calls = name, present, {"save": put, "restore": get}


def clients(image: Path, classes: Path, server: Server) -> list[Client]:
    e, jars = server.endpoint, ":".join(class_path(image))
    options = [f"@{image}/jvm.options", f"-XX:CompilerDirectivesFile={image}/compiler.directives", f"-XX:AOTCache={image}/app.aot"]
    java = [str(image / "jre/bin/java"), *options, "-cp", f"{jars}:{classes}", "Checkpoints"]
    ours = lambda verb: lambda files, target: java + [verb, e, BUCKET, files, str(target)]
    s5cmd, rclone, python = (os.environ.get(name, "") for name in ("S5CMD", "RCLONE", "CLIENTS"))
    copy = [rclone, "copy", "--s3-endpoint", e, "--s3-no-check-bucket", "--transfers", "16", "--checkers", "16",
            "--s3-use-presigned-request"]  # this build of rclone cannot PUT over plain HTTP otherwise

    def by_python(name: str, verb: str):
        threads = lambda files: "4" if files == "big" else "16"
        return lambda files, target: [python, "e2e/bench/clients.py", name, verb, e, BUCKET, files, str(target), threads(files)]

    return [
        Client("intermission", True, ours("save"), ours("restore")),
        Client("s5cmd", bool(s5cmd),
               lambda files, source: [s5cmd, "--endpoint-url", e, "cp", f"{source}/", f"s3://{BUCKET}/{files}/"],
               lambda files, target: [s5cmd, "--endpoint-url", e, "cp", f"s3://{BUCKET}/{files}/*", f"{target}/"]),
        Client("rclone", bool(rclone),
               lambda files, source: copy + [str(source), f":s3:{BUCKET}/{files}"],
               lambda files, target: copy + [f":s3:{BUCKET}/{files}", str(target)]),
        Client("boto3", bool(python), by_python("boto3", "put"), by_python("boto3", "get")),
        Client("s3torchconnector", bool(python), by_python("s3torchconnector", "put"), by_python("s3torchconnector", "get")),
    ]


def class_path(image: Path) -> list[str]:
    """The jars in the order that the AOT cache was made with."""
    written = (image / "class.path").read_text().split("\n")[1]
    return [str(image / "lib" / Path(jar).name) for jar in written.split(":")]


def measure(command: list[str], names: list[str], log: Path) -> tuple[float, float, float]:
    """Runs one process; its seconds, CPU seconds and peak MB."""
    with log.open("w") as out, tempfile.TemporaryFile("w+") as answer, tempfile.TemporaryFile("w+") as stdin:
        stdin.write("\n".join(names))
        stdin.flush()
        stdin.seek(0)
        files = [(os.POSIX_SPAWN_DUP2, stdin.fileno(), 0), (os.POSIX_SPAWN_DUP2, answer.fileno(), 1), (os.POSIX_SPAWN_DUP2, out.fileno(), 2)]
        begun = time.monotonic()
        pid = os.posix_spawnp(command[0], command, ENVIRONMENT, file_actions=files)
        _, status, usage = os.wait4(pid, 0)
        seconds = time.monotonic() - begun
        answer.seek(0)
        said = [line.split()[1] for line in answer if line.startswith("seconds ")]
        if status:
            sys.exit(f"\n{' '.join(command)} failed. Its last words:\n{log.read_text()[-2000:]}")
    return float(said[0]) if said else seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024 / 1e6


def write_files(folder: Path, count: int, size: int) -> None:
    folder.mkdir()
    for i in range(count):
        with (folder / f"f{i:04}").open("wb") as file:
            for at in range(0, size, 1 << 20):
                file.write(os.urandom(min(1 << 20, size - at)))


def same(one: Path, other: Path) -> bool:
    return subprocess.run(["diff", "-rq", str(one), str(other)], stdout=subprocess.DEVNULL).returncode == 0


def run(server: Server, present: list[Client], root: Path, sets: dict, rounds: int) -> dict:
    samples: dict = {}
    for turn in range(rounds):
        order = present[turn % len(present):] + present[:turn % len(present)]
        for files in sets:
            source = root / files
            names = sorted(entry.name for entry in source.iterdir())
            for client in order:
                print(f"\r{turn + 1}/{rounds} {files} {client.name}\033[K", end="", file=sys.stderr, flush=True)
                target = root / "out"
                shutil.rmtree(target, ignore_errors=True)
                target.mkdir()
                for verb, folder in (("save", source), ("restore", target)):
                    figures = measure(client.calls[verb](files, folder), names, root / "log")
                    samples.setdefault((files, verb, client.name), []).append(figures)
                if not same(source, target):
                    sys.exit(f"{client.name} brought back other bytes")
                server.empty()
    print("\r\033[K", end="", file=sys.stderr)
    return {key: tuple(map(statistics.median, zip(*taken))) for key, taken in samples.items()}


def report(medians: dict, all_clients: list[Client], sets: dict, path: Path) -> None:
    rows = []
    for files, (count, size) in sets.items():
        for verb in ("save", "restore"):
            what = f"{verb}, {count:,} x {size >> 10:,} KiB"
            print(f"\n{what:44}    MB/s   CPU s   peak MB")
            others = [medians[key] for key in medians if key[:2] == (files, verb) and key[2] != "intermission"]
            fastest = min(others, default=None)
            for client in all_clients:
                figures = medians.get((files, verb, client.name))
                ours = client.name == "intermission"
                speed = count * size / 1e6 / figures[0] if figures else None
                goals = [None, None, None]
                if ours and fastest:
                    goals = [round(count * size / 1e6 / fastest[0], 1), round(fastest[1], 2), AGENT_MB]
                text = f"{speed:8.0f}{figures[1]:8.2f}{figures[2]:10.0f}" if figures else "   missing"
                print(f"  {client.name:42}{text}")
                values = [round(speed, 1), round(figures[1], 2), round(figures[2])] if figures else [None, None, None]
                for unit, value, goal in zip(("MB/s", "CPU s", "MB"), values, goals):
                    name = f"{verb}_{files}_{client.name}_{unit.lower().replace('/', '_per_').replace(' ', '_')}"
                    rows.append({"metric": name, "unit": unit, "value": value, "goal": goal})
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(rows, indent=1) + "\n")
    print(f"\nalso in {path}; the goals are the speed and the CPU time of the fastest other client")


def main() -> None:
    image, classes, result = map(Path, sys.argv[1:4])
    sets, rounds = (TRIAL, 1) if sys.argv[4:] == ["--trial"] else (SETS, ROUNDS)
    memory = Path("/dev/shm")  # else the disk is measured, not the clients
    roomy = memory.is_dir() and shutil.disk_usage(memory).free > WANTED_BYTES
    with tempfile.TemporaryDirectory(prefix="bench-", dir=memory if roomy else None) as folder:
        root = Path(folder)
        print(f"files and MinIO's data lie in {'memory' if roomy else root}", file=sys.stderr)
        for files, (count, size) in sets.items():
            write_files(root / files, count, size)
        server = Server(os.environ["MINIO"], root / "data")
        try:
            known = clients(image.absolute(), classes.absolute(), server)
            medians = run(server, [client for client in known if client.present], root, sets, rounds)
        finally:
            server.stop()
    report(medians, known, sets, result)


main()
