"""Puts or gets one folder with a Python client, and prints how many seconds that took without the start of Python.

    clients.py boto3|s3torchconnector put|get ENDPOINT BUCKET PREFIX FOLDER THREADS
"""

import os
import sys
import time
from concurrent.futures import ThreadPoolExecutor

PIECE_BYTES = 8 << 20


class Boto3:
    """boto3's transfer manager with its defaults."""

    def __init__(self, endpoint: str) -> None:
        import boto3
        from botocore.config import Config

        config = Config(s3={"addressing_style": "path"}, max_pool_connections=64)
        self.s3 = boto3.client("s3", endpoint_url=endpoint, config=config)

    def put(self, bucket: str, key: str, file: str) -> None:
        self.s3.upload_file(file, bucket, key)

    def get(self, bucket: str, key: str, file: str) -> None:
        self.s3.download_file(bucket, key, file)


class S3TorchConnector:
    """The client inside s3torchconnector, without PyTorch around it."""

    def __init__(self, endpoint: str) -> None:
        from s3torchconnectorclient._mountpoint_s3_client import MountpointS3Client

        self.s3 = MountpointS3Client(region="us-east-1", endpoint=endpoint, force_path_style=True)

    def put(self, bucket: str, key: str, file: str) -> None:
        stream = self.s3.put_object(bucket, key)
        with open(file, "rb") as source:
            while piece := source.read(PIECE_BYTES):
                stream.write(piece)
        stream.close()

    def get(self, bucket: str, key: str, file: str) -> None:
        with open(file, "wb") as target:
            for piece in self.s3.get_object(bucket, key):
                target.write(piece)


def main() -> None:
    client, direction, endpoint, bucket, prefix, folder, threads = sys.argv[1:]
    s3 = {"boto3": Boto3, "s3torchconnector": S3TorchConnector}[client](endpoint)
    names = sys.stdin.read().split()
    begun = time.monotonic()
    with ThreadPoolExecutor(int(threads)) as pool:
        move = s3.put if direction == "put" else s3.get
        list(pool.map(lambda name: move(bucket, f"{prefix}/{name}", os.path.join(folder, name)), names))
    print(f"seconds {time.monotonic() - begun:.3f}", flush=True)
    os._exit(0)  # the native client would wait for its idle threads


main()
