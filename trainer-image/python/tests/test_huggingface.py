"""The real ``transformers.Trainer``, stopped after every one of its steps."""

from typing import Any, Dict

import torch
from torch import nn
from transformers import PrinterCallback, Trainer, TrainingArguments

import intermission.huggingface
from intermission.control import Leave
from intermission.environment import Cadence, Environment
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
    def train(self, environment: Environment, arguments_of: Any = TrainingArguments, **arguments: Any) -> str:
        torch.manual_seed(0)
        settings: Dict[str, Any] = dict(max_steps=STEPS, per_device_train_batch_size=4, no_cuda=True, report_to=[], logging_steps=1, save_strategy="no", disable_tqdm=True)
        options = arguments_of(str(self.dir / "output"), dataloader_pin_memory=False, **{**settings, **arguments})
        trainer = Trainer(Network(), options, train_dataset=EXAMPLES, eval_dataset=EXAMPLES)
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
                self.assertEqual(self.progress()["exact"], "exact")

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
        self.resume_from(STEPS)
        self.train(self.environment(resume_step=STEPS), ignore_data_skip=True)
        self.assertEqual(self.progress()["exact"], "not bit-exact: data order not restored (ignore_data_skip)")

    def test_another_number_of_threads_is_said(self) -> None:
        threads = torch.get_num_threads()
        self.addCleanup(torch.set_num_threads, threads)
        self.agent_says(restored="none", durableStep=10**9)
        self.train(self.environment())
        self.resume_from(STEPS)
        torch.set_num_threads(threads + 1)
        self.train(self.environment(resume_step=STEPS))
        self.assertEqual(self.progress()["exact"], f"not bit-exact: threads {threads} -> {threads + 1}")

    def test_its_own_saves_at_the_same_step(self) -> None:
        """Each step is saved twice, by the ``Trainer`` and for us; neither takes files of the other, nor drives them out."""
        self.agent_says(restored="none", durableStep=10**9)
        undisturbed = self.train(self.environment())

        every_step = Cadence(every_steps=1)
        self.assertEqual(self.train(self.environment(every_step), save_strategy="steps", save_steps=1, save_total_limit=3), undisturbed)

        theirs = sorted(folder.name for folder in (self.dir / "output").iterdir())
        self.assertEqual(theirs, ["checkpoint-10", "checkpoint-8", "checkpoint-9"])
        for step in self.saved():  # a periodic save is put off while another one is written
            self.assertIn("rng_state.pth", [file.name for file in (self.dir / "checkpoints" / str(step)).iterdir()], "the file that is written last")
        self.assertEqual(
            {file.name for file in (self.dir / "output/checkpoint-10").iterdir()},
            {file.name for file in (self.dir / "checkpoints/10").iterdir()} - {"checkpoint.json"},
        )

    def test_its_own_last_checkpoint_stays_where_the_number_of_steps_was_not_known(self) -> None:
        self.agent_says(restored="none", durableStep=10**9)
        self.train(self.environment(), max_steps=-1, num_train_epochs=2, save_strategy="epoch")

        self.assertTrue(self.declared(8)["finished"])
        self.assertTrue((self.dir / "output/checkpoint-8/pytorch_model.bin").exists())

    def test_the_best_of_its_own_checkpoints_is_none_of_ours(self) -> None:
        self.agent_says(restored="none", durableStep=10**9)
        best = dict(load_best_model_at_end=True, evaluation_strategy="steps", eval_steps=1, save_strategy="steps", save_steps=1, save_total_limit=2)
        self.train(self.environment(Cadence(every_steps=1)), **best)

        self.assertTrue(self.progress()["finished"])

    def test_a_full_disk_ends_nothing_and_is_reported(self) -> None:
        self.agent_says(restored="none", durableStep=10**9)
        self.ask(id=5, action="checkpoint", at=STEPS, hold=True)
        self.limit_files(1000)
        thread = self.in_background(lambda: self.train(self.environment(), save_safetensors=True))
        failed = self.progress_where(lambda said: said.get("failed", {}).get("id") == 5)["failed"]
        self.assertRegex(failed["message"], "IoError.* bytes are free")
        self.ended(thread)
        self.assertIsInstance(self.left, Leave, "only the last save has to succeed")
        self.assertEqual(list((self.dir / "output").iterdir()) + list((self.dir / "checkpoints").iterdir()), [], "nothing is left of it")

    def test_a_disk_without_room_for_a_checkpoint_is_not_begun_to_be_filled(self) -> None:
        trainer = Trainer(Network(), TrainingArguments(str(self.dir / "output"), no_cuda=True, report_to=[]))
        trainer.model.register_parameter("more", nn.Parameter(torch.empty(1).expand(10**15)))  # takes no memory
        with self.assertRaisesRegex(OSError, "No space left on device: a checkpoint has [0-9]{16} bytes"):
            intermission.huggingface.TrainerState(trainer).snapshot(1)
        self.assertEqual(list((self.dir / "output").iterdir()), [])

    def test_several_processes_are_refused(self) -> None:
        class OfTwo(TrainingArguments):
            world_size = 2

        with self.assertRaisesRegex(ValueError, "Trainer: 2 processes; one can be paused at a step"):
            self.train(self.environment(), OfTwo)
