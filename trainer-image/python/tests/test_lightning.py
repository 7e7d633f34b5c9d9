"""The real ``pytorch_lightning.Trainer``, stopped after every one of its steps."""

import logging
import warnings
from typing import Any, Callable, Dict, Optional

import torch
from pytorch_lightning import LightningModule, Trainer
from torch import nn
from torch.utils.data import DataLoader, Dataset

import intermission.lightning
from intermission.control import Leave
from intermission.environment import Environment
from intermission.torch.state import digest

from .testing_pod import PodTest

STEPS = 10  # of two and a half epochs

logging.getLogger("pytorch_lightning").setLevel(logging.ERROR)


class Examples(Dataset):
    """Each is augmented by chance, as it is loaded."""

    def __len__(self) -> int:
        return 16

    def __getitem__(self, index: int) -> Any:
        return torch.arange(8.0) * (index + 1) / 16 + torch.rand(8), index % 2


class Network(LightningModule):
    def __init__(self) -> None:
        super().__init__()
        self.layers = nn.Sequential(nn.Linear(8, 16), nn.Tanh(), nn.Dropout(0.3), nn.Linear(16, 2))

    def _register_sharded_tensor_state_dict_hooks_if_available(self) -> None:
        """Not needed here, and Debian's PyTorch 1.13 cannot import what it registers: that was written before Python 3.11."""

    def training_step(self, batch: Any, _: int) -> torch.Tensor:
        return nn.functional.cross_entropy(self.layers(batch[0]), batch[1])

    def validation_step(self, batch: Any, _: int) -> None:
        torch.rand(1)  # a validation that draws must not shift what the training draws

    def configure_optimizers(self) -> Any:
        optimizer = torch.optim.Adam(self.parameters(), lr=0.01)
        return {"optimizer": optimizer, "lr_scheduler": {"scheduler": torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, STEPS), "interval": "step"}}


class LightningTest(PodTest):
    def train(self, environment: Environment, loader: Optional[Callable[[], Any]] = None, validation: Optional[Callable[[], Any]] = None, **options: Any) -> str:
        torch.manual_seed(0)
        settings: Dict[str, Any] = dict(max_steps=STEPS, accelerator="cpu", logger=False, enable_checkpointing=False, enable_progress_bar=False, enable_model_summary=False)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            trainer = Trainer(**{**settings, **options})
            module = Network()
            loaded = DataLoader(Examples(), 4, shuffle=True) if loader is None else loader()
            intermission.lightning.fit(trainer, module, loaded, None if validation is None else validation(), environment=environment)
        return digest(module.state_dict())

    def expect_the_same_bits_after_every_step(self, **options: Any) -> None:
        self.agent_says(restored="none", durableStep=10**9)
        undisturbed = self.train(self.environment(), **options)
        last = self.progress()["step"]

        for step in range(1, last):
            with self.subTest(step=step):
                self.agent_says(restored="none", durableStep=10**9)
                self.ask(id=step, action="checkpoint", at=step, hold=False)
                self.assertEqual(self.train(self.environment(), **options), undisturbed, "saving changed something")
                self.resume_from(step)
                self.assertEqual(self.train(self.environment(resume_step=step), **options), undisturbed)
                self.assertEqual(self.progress()["firstStep"], step + 1)
                self.assertEqual(self.progress()["step"], last)
                self.assertEqual(self.progress()["exact"], "exact")

    def test_resumed_after_every_step_it_ends_with_the_same_bits(self) -> None:
        self.expect_the_same_bits_after_every_step()

    def test_resumed_twice_in_one_epoch_it_ends_with_the_same_bits(self) -> None:
        self.agent_says(restored="none", durableStep=10**9)
        self.ask(id=5, action="checkpoint", at=5, hold=False)
        undisturbed = self.train(self.environment())
        self.resume_from(5)
        self.ask(id=7, action="checkpoint", at=7, hold=False)
        self.assertEqual(self.train(self.environment(resume_step=5)), undisturbed)

        self.resume_from(7)
        self.assertEqual(self.train(self.environment(resume_step=7)), undisturbed)

    def test_the_same_with_validation_twice_an_epoch(self) -> None:
        self.expect_the_same_bits_after_every_step(validation=lambda: DataLoader(Examples(), 4, shuffle=True), val_check_interval=2, num_sanity_val_steps=0)

    def test_the_same_with_epochs_cut_short_and_no_number_of_steps(self) -> None:
        self.expect_the_same_bits_after_every_step(limit_train_batches=3, max_steps=-1, max_epochs=3)

    def test_the_same_with_gradients_of_several_batches(self) -> None:
        self.expect_the_same_bits_after_every_step(accumulate_grad_batches=3, max_steps=5)

    def test_the_same_with_a_loader_that_has_a_generator_of_its_own_and_workers(self) -> None:
        self.expect_the_same_bits_after_every_step(
            loader=lambda: DataLoader(Examples(), 4, shuffle=True, generator=torch.Generator().manual_seed(5), num_workers=1, multiprocessing_context="fork"), max_steps=6
        )

    def test_another_number_of_threads_is_said(self) -> None:
        threads = torch.get_num_threads()
        self.addCleanup(torch.set_num_threads, threads)
        self.agent_says(restored="none", durableStep=10**9)
        self.ask(id=5, action="checkpoint", at=5, hold=False)
        self.train(self.environment())
        self.resume_from(5)
        torch.set_num_threads(threads + 1)
        self.train(self.environment(resume_step=5))
        self.assertEqual(self.progress()["exact"], f"not bit-exact: threads {threads} -> {threads + 1}")

    def test_a_full_disk_ends_nothing_and_is_reported(self) -> None:
        self.agent_says(restored="none", durableStep=10**9)
        self.ask(id=5, action="checkpoint", at=5, hold=True)
        self.limit_files(4000)
        thread = self.in_background(lambda: self.train(self.environment(), max_steps=7))
        self.progress_where(lambda said: said.get("failed", {}).get("step") == 7)
        self.ended(thread)
        self.assertIsInstance(self.left, Leave, "only the last save has to succeed")

    def test_a_pause_holds_after_the_very_step_and_declares_what_it_contains(self) -> None:
        self.agent_says(restored="none", durableStep=10**9)
        self.ask(id=7, action="checkpoint", at=5, hold=True)
        thread = self.in_background(lambda: self.train(self.environment(), log_every_n_steps=5))

        self.progress_where(lambda said: said.get("held") == 7)
        self.assertEqual(self.progress()["step"], 5)
        self.assertEqual(self.progress()["epoch"], 1.25)
        self.assertGreater(self.progress()["metrics"]["loss"], 0)
        self.assertEqual(self.declared(5)["contains"], ["model", "optimizer", "schedule", "rng", "data"])
        self.ask(id=7, action="continue")
        self.ended(thread)

        self.assertIsNone(self.left)
        self.assertTrue(self.progress()["finished"])
        self.assertTrue(self.declared(STEPS)["finished"])
