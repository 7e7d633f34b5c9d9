from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path
from typing import List

import torch

README = (Path(__file__).parent.parent / "README.md").read_text(encoding="utf-8")


class DocumentationTest(unittest.TestCase):
    def blocks(self) -> List[str]:
        return re.findall(r"```python\n(.*?)```", README, re.DOTALL)

    def test_the_programs_in_the_readme_run_as_printed(self) -> None:
        data = torch.utils.data.TensorDataset(torch.randn(640, 4), torch.randn(640, 1))
        model = torch.nn.Linear(4, 1)
        optimizer = torch.optim.SGD(model.parameters(), lr=0.01)
        schedule = torch.optim.lr_scheduler.StepLR(optimizer, 100)

        def train(x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
            optimizer.zero_grad()
            loss = torch.nn.functional.mse_loss(model(x), y)
            loss.backward()
            optimizer.step()
            schedule.step()
            return loss

        before = os.getcwd()
        with tempfile.TemporaryDirectory() as folder:
            os.chdir(folder)
            try:
                exec(self.blocks()[0], dict(data=data, model=model, optimizer=optimizer, schedule=schedule, train=train))
                self.assertEqual(["3000"], os.listdir("checkpoints/checkpoints"))
            finally:
                os.chdir(before)

    def test_the_state_of_ones_own_in_the_readme_is_one(self) -> None:
        names: dict = {}
        exec("import json, intermission\n" + self.blocks()[1], names)
        with tempfile.TemporaryDirectory() as folder:
            counter = names["Counter"]()
            counter.total = 7
            contents = counter.snapshot(1)(Path(folder))
            other = names["Counter"]()
            other.restore(Path(folder))
            self.assertEqual((7, ("model",)), (other.total, contents.contains))

    def test_the_package_itself_needs_the_standard_library_only(self) -> None:
        listing = "import sys, intermission; print(*{m.split('.')[0] for m in sys.modules} - set(sys.stdlib_module_names) - {'intermission', '__main__'})"
        found = subprocess.run([sys.executable, "-S", "-c", listing], env=dict(os.environ), capture_output=True, text=True, check=True)
        self.assertEqual("", found.stdout.strip())
