"""The real ``transformers.Trainer``, stopped after every one of its steps."""

from typing import Any, Dict

import torch
from torch import nn
from transformers import PrinterCallback, Trainer, TrainingArguments

import intermission.huggingface
from intermission.environment import Environment
from intermission.torch.state import digest

from .testing_pod import PodTest

STEPS = 10  # of two and a half epochs
EXAMPLES = [{"x": torch.arange(8.0) * (i + 1) / 16, "labels": torch.tensor(i % 2)} for i in range(16)]


class Network(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.layers = nn.Sequential(nn.Linear(8, 16), nn.Tanh(), nn.Dropout(0.3), nn.Linear(16, 2))

    def forward(self, x: torch.Tensor, labels: torch.Tensor) -> Dict[str, torch.Tensor]:
        logits = self.layers(x)
        return {"loss": nn.functional.cross_entropy(logits, labels), "logits": logits}


class HuggingFaceTest(PodTest):
    def train(self, environment: Environment, **arguments: Any) -> str:
        torch.manual_seed(0)
        options = TrainingArguments(
            str(self.dir / "output"), max_steps=STEPS, per_device_train_batch_size=4, no_cuda=True, report_to=[], logging_steps=1, save_strategy="no", disable_tqdm=True, dataloader_pin_memory=False, **arguments
        )
        trainer = Trainer(Network(), options, train_dataset=EXAMPLES)
        trainer.remove_callback(PrinterCallback)
        intermission.huggingface.train(trainer, environment=environment)
        return digest(trainer.model.state_dict())

    def test_resumed_after_every_step_it_ends_with_the_same_bits(self) -> None:
        self.agent_says(restored="none", durableStep=10**9)
        undisturbed = self.train(self.environment())

        for step in range(1, STEPS):
            with self.subTest(step=step):
                self.agent_says(restored="none", durableStep=10**9)
                self.ask(id=step, action="checkpoint", at=step, hold=False)
                self.assertEqual(self.train(self.environment()), undisturbed, "saving changed something")
                self.resume_from(step)
                self.assertEqual(self.train(self.environment(resume_step=step)), undisturbed)
                self.assertEqual(self.progress()["firstStep"], step + 1)

    def test_a_pause_holds_after_the_very_step_and_declares_what_it_contains(self) -> None:
        self.agent_says(restored="none", durableStep=10**9)
        self.ask(id=7, action="checkpoint", at=5, hold=True)
        thread = self.in_background(lambda: self.train(self.environment()))

        self.progress_where(lambda said: said.get("held") == 7)
        self.assertEqual(self.progress()["step"], 5)
        self.assertEqual(self.declared(5)["contains"], ["model", "optimizer", "schedule", "rng", "data"])
        self.assertEqual(list((self.dir / "output").glob("checkpoint-*")), [])
        self.ask(id=7, action="continue")
        self.ended(thread)

        self.assertTrue(self.progress()["finished"])
        self.assertTrue(self.declared(STEPS)["finished"])

    def test_without_the_data_order_nothing_is_claimed_about_data(self) -> None:
        self.agent_says(restored="none", durableStep=10**9)
        self.train(self.environment(), ignore_data_skip=True)

        self.assertNotIn("data", self.declared(STEPS)["contains"])
