"""Two real processes that talk by gloo, of which each has a part of the weights that the other one has not, as with FSDP."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path
from typing import Any, Dict, List

PROGRAM = """
import json, sys
import torch, torch.distributed as dist
import intermission
from intermission.environment import Environment
from intermission.torch import ResumableBatches, TorchState
from intermission.torch.state import digest

folder, rank, stop_after, meeting = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), sys.argv[4]
STEPS, SIZE = 8, 6
dist.init_process_group("gloo", init_method=f"file://{meeting}", rank=rank, world_size=2)
torch.manual_seed(7)
whole = torch.randn(2, SIZE * SIZE // 2)
shard = torch.nn.ParameterDict({"part": torch.nn.Parameter(whole[rank].clone())})  # float32[18] of 36
torch.manual_seed(rank)  # each rank drops other numbers
optimizer = torch.optim.Adam(shard.parameters(), lr=0.01)
data = torch.randn(40, SIZE, generator=torch.Generator().manual_seed(3))
batches = ResumableBatches(40, 4, 1, rank=rank, world_size=2)
state = TorchState(shard, optimizer, batches=batches)

def train(x):
    parts = [torch.empty_like(shard["part"].data) for _ in range(2)]
    dist.all_gather(parts, shard["part"].data)
    weights = torch.cat(parts).reshape(SIZE, SIZE).requires_grad_()
    torch.nn.functional.mse_loss(torch.nn.functional.dropout(x, 0.3) @ weights, x).backward()
    dist.all_reduce(weights.grad)
    shard["part"].grad = weights.grad.reshape(2, -1)[rank].clone()
    optimizer.step()

environment = Environment.of({"INTERMISSION_RANK": str(rank), "INTERMISSION_WORLD_SIZE": "2"})
with intermission.session(state, STEPS, local_directory=folder, environment=environment) as session:
    start = session.resume()
    for step, (x,) in enumerate(batches.loader(torch.utils.data.TensorDataset(data)), start + 1):
        if step > STEPS:
            break
        train(x)
        session.step(step)
        if step == stop_after:
            session.save(step)
            sys.exit()
    session.finish(STEPS)
print(json.dumps({"weights": digest(shard.state_dict()), "moments": digest(optimizer.state_dict()["state"][0])}))
"""


class ShardsTest(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.meetings = 0

    def start(self, name: str, rank: int, stop_after: int) -> Any:
        arguments = [str(self.folder / name), str(rank), str(stop_after), str(self.folder / f"meeting-{self.meetings}")]
        command = [sys.executable, "-c", PROGRAM, *arguments]
        process = subprocess.Popen(command, env={**os.environ, "GLOO_SOCKET_IFNAME": "lo"}, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self.addCleanup(process.kill)
        return process

    def run_both(self, name: str, stop_after: int = 0) -> List[Dict[str, str]]:
        self.meetings += 1
        ended = [process.communicate() + (process.returncode,) for process in [self.start(name, rank, stop_after) for rank in (0, 1)]]
        for _, error, code in ended:
            self.assertEqual(0, code, error)
        return [json.loads(output) for output, _, _ in ended if output]

    def test_each_rank_gets_its_own_part_back_and_ends_with_its_bits(self) -> None:
        straight = self.run_both("straight")
        self.assertNotEqual(straight[0]["weights"], straight[1]["weights"], "each has a part of its own")
        self.assertNotEqual(straight[0]["moments"], straight[1]["moments"])

        self.run_both("stopped", stop_after=5)
        self.assertEqual(straight, self.run_both("stopped"))

    def test_the_part_of_another_rank_is_refused(self) -> None:
        self.run_both("stopped", stop_after=5)
        first, second, aside = (self.folder / "stopped" / name for name in ("rank-0", "rank-1", "aside"))
        first.rename(aside), second.rename(first), aside.rename(second)
        self.meetings += 1
        for process in [self.start("stopped", rank, 0) for rank in (0, 1)]:
            error = process.communicate()[1]
            self.assertRegex(error, "This checkpoint was saved by rank [01] of 2, and this is rank [01]")
