#!/usr/bin/env python3
"""Reads a job's newest checkpoint out of a copy of what lies below its address, knowing nothing but docs/checkpoint-format.md.

    aws s3 sync s3://BUCKET/PREFIX/NAMESPACE/NAME/UID COPY && python3 read_checkpoint.py COPY TARGET

TARGET appears when every byte was compared with its sum, or not at all. A gang's ranks get a folder each.
"""

import hashlib
import json
import re
import shutil
import sys
from pathlib import Path


class Refused(Exception):
    """There is no checkpoint, or it is not what the page says."""


def require(holds, otherwise):
    if not holds:
        raise Refused(otherwise)


def fields_once(pairs):
    require(len(dict(pairs)) == len(pairs), "a field twice")
    return dict(pairs)


def parsed(what, text):
    fields = json.loads(text.decode("utf-8"), object_pairs_hook=fields_once)
    require(fields["formatVersion"] <= 1, f"{what} has format version {fields['formatVersion']}; this program reads 1")
    return fields


def newest(job):
    """HEAD's manifest; past those that are quarantined, the parents."""
    at = parsed("HEAD", (job / "HEAD").read_bytes())
    while at and "manifest" in at:
        name, text = at["manifest"], (job / "manifests" / at["manifest"]).read_bytes()
        require(hashlib.sha256(text).hexdigest() == at["sha256"], f"{name} has another sum than was stated")
        manifest = parsed(name, text)
        step, token = manifest["step"], f"{manifest['run']}-{manifest['writerEpoch']}"
        require(name == f"{step:020}-{token}-{at['sha256'][:16]}.json", f"{name} is another checkpoint's name")
        if not (job / "quarantine" / name).exists():
            return manifest
        at = manifest.get("parent")
    raise Refused("there is no checkpoint")


def chunks(job, part):
    """The bytes of a part, chunk by chunk, each compared with its sum."""
    for chunk in part["chunks"]:
        key, sum_ = chunk["key"], chunk["sha256"]
        require(re.fullmatch(f"{sum_[:2]}/{sum_}-[0-9]+-[0-9]+-[0-9]+", key), f"{key} is not the key of a chunk")
        data = (job / "chunks" / key).read_bytes()
        require(len(data) == chunk["bytes"] > 0 and hashlib.sha256(data).hexdigest() == sum_, f"chunk {key} is damaged")
        yield memoryview(data)


def write(job, part, folder):
    """Cuts the bytes of a part by the lengths of its files, in their order."""
    lengths = [sum(one["bytes"] for one in part[what]) for what in ("files", "chunks")]
    require(lengths[0] == lengths[1], f"files of {lengths[0]} bytes in chunks of {lengths[1]}")
    require(all(file["bytes"] >= 0 for file in part["files"]), "a file of less than nothing")
    waiting, data = chunks(job, part), memoryview(b"")
    for file in part["files"]:
        require(not {"", ".", ".."} & set(file["path"].split("/")) and "\0" not in file["path"], "a path leaves its folder")
        place, left, digest = folder / file["path"], file["bytes"], hashlib.sha256()
        place.parent.mkdir(parents=True, exist_ok=True)
        with open(place, "xb") as out:
            while left > 0:
                data = data if len(data) else next(waiting)
                out.write(data[:left])
                digest.update(data[:left])
                data, left = data[left:], left - len(data[:left])
        require(file.get("sha256") in (None, digest.hexdigest()), f"{file['path']} is damaged")


def main(copy, target):
    job, target = Path(copy), Path(target)
    partial = target.with_name(target.name + ".partial")
    require(not target.exists() and not partial.exists(), f"{target} or {partial} is there")
    try:
        manifest = newest(job)
        parts, alone = manifest["parts"], manifest["worldSize"] == 1
        require([part["rank"] for part in parts] == list(range(manifest["worldSize"])), "a rank is missing")
        partial.mkdir(parents=True)
        for part in parts:
            write(job, part, partial if alone else partial / f"rank-{part['rank']}")
        partial.rename(target)
        print(f"step {manifest['step']}: {sum(len(part['files']) for part in parts)} files")
    except (Refused, OSError, ValueError, KeyError, TypeError) as e:
        shutil.rmtree(partial, ignore_errors=True)
        sys.exit(f"nothing was written: {e}")


main(*sys.argv[1:])
