from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path
from typing import Any, Dict, Optional, Tuple

import numpy
import torch

import intermission
from intermission.control import Leave
from intermission.environment import Environment
from intermission.state import ResumePoint
from intermission.torch import ArchitectureMismatch, ResumableBatches, TorchState, profile, rng
from intermission.torch.copying import HostCopy
from intermission.torch.state import digest
from intermission.torch.writing import writing

from .testing_pod import PodTest

EXAMPLES, BATCH, STEPS = 40, 8, 12  # 5 steps an epoch: the run crosses two epoch borders


class Data(torch.utils.data.Dataset):
    def __len__(self) -> int:
        return EXAMPLES

    def __getitem__(self, index: int) -> Tuple[torch.Tensor, torch.Tensor]:
        generator = torch.Generator().manual_seed(index)
        return torch.randn(6, generator=generator), torch.randn(3, generator=generator)


class LossScale:
    """A scale of the program's own that grows; no power of two, so that each value rounds in its own way."""

    def __init__(self) -> None:
        self.factor, self.steps = 3.0, 0

    def step(self, optimizer: torch.optim.Optimizer) -> None:
        for group in optimizer.param_groups:
            for parameter in group["params"]:
                parameter.grad.div_(self.factor)
        optimizer.step()
        self.steps += 1
        if self.steps % 3 == 0:
            self.factor *= 1.7

    def state_dict(self) -> Dict[str, Any]:
        return dict(vars(self))

    def load_state_dict(self, saved: Dict[str, Any]) -> None:
        vars(self).update(saved)


class Program:
    """A small training that draws from every generator on the host: dropout, Python's and NumPy's noise, of which one normal number is kept
    back at every other step; with momentum, a schedule, a loss scale and batch statistics."""

    def __init__(self, hidden: int = 16, seed: int = 1, **options: Any) -> None:
        torch.manual_seed(7)
        random.seed(7)
        numpy.random.seed(7)
        self.model = torch.nn.Sequential(
            torch.nn.Linear(6, hidden), torch.nn.BatchNorm1d(hidden), torch.nn.ReLU(), torch.nn.Dropout(0.3), torch.nn.Linear(hidden, 3)
        )
        self.optimizer = torch.optim.Adam(self.model.parameters(), lr=0.01)
        self.schedule = torch.optim.lr_scheduler.CosineAnnealingLR(self.optimizer, STEPS)
        self.batches = ResumableBatches(EXAMPLES, BATCH, seed)
        self.scale = LossScale()
        self.state = TorchState(self.model, self.optimizer, schedule=self.schedule, scaler=self.scale, batches=self.batches, **options)

    def run(self, folder: Path, *, stop_after: Optional[int] = None, workers: int = 0) -> None:
        with intermission.session(self.state, STEPS, save_every=1, local_directory=folder, environment=Environment()) as session:
            start = session.resume()
            for step, (x, y) in enumerate(self.batches.loader(Data(), num_workers=workers), start + 1):
                if step > STEPS:
                    break
                noise = random.gauss(0, 1) + random.random() + numpy.random.normal() + numpy.random.random()
                self.train(x * (1 + 0.1 * noise), y)
                session.step(step, epoch=self.batches.epoch(step))
                if step == stop_after:
                    session.save(step)
                    return
            session.finish(STEPS)

    def train(self, x: torch.Tensor, y: torch.Tensor) -> None:
        self.optimizer.zero_grad()
        (torch.nn.functional.mse_loss(self.model(x), y) * self.scale.factor).backward()
        self.scale.step(self.optimizer)
        self.schedule.step()

    def bits(self) -> Tuple[str, str]:
        moments = {f"{i}.{k}": v for i, state in self.optimizer.state_dict()["state"].items() for k, v in state.items()}
        return digest(self.model.state_dict()), digest({name: torch.as_tensor(value) for name, value in moments.items()})


class ExactResumeTest(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def undisturbed(self) -> Tuple[str, str]:
        program = Program()
        program.run(self.folder / "undisturbed")
        return program.bits()

    def test_stopped_at_every_step_it_ends_with_the_same_bits(self) -> None:
        expected = self.undisturbed()
        for stop in range(1, STEPS):
            with self.subTest(stop=stop):
                folder = self.folder / str(stop)
                Program().run(folder, stop_after=stop)
                random.gauss(0, 1), torch.rand(1), numpy.random.normal()  # another process: nothing of the first one's generators is left
                second = Program()
                second.run(folder)
                self.assertEqual(expected, second.bits())
                self.assertEqual("exact", json.loads((folder / "progress.json").read_text())["exact"])

    def test_batches_that_were_drawn_ahead_are_neither_lost_nor_repeated(self) -> None:
        expected = self.undisturbed()
        Program().run(self.folder / "ahead", stop_after=4, workers=2)
        second = Program()
        second.run(self.folder / "ahead", workers=2)
        self.assertEqual(expected, second.bits())

    def test_each_part_is_needed(self) -> None:
        """Negative controls: a checkpoint that lacks one part does not end with the same bits."""
        expected = self.undisturbed()
        for part in ("python", "numpy", "torch", "schedule", "optimizer", "scaler", "data"):
            with self.subTest(without=part):
                folder = self.folder / part
                Program().run(folder, stop_after=4)
                second = Program()
                fresh = {"schedule": second.schedule, "optimizer": second.optimizer, "scaler": second.scale}
                saved = folder / "checkpoints/4"
                if part in fresh:
                    torch.save(fresh[part].state_dict(), saved / f"{part}.pth")
                elif part == "data":
                    notes = json.loads((saved / "state.json").read_text())
                    (saved / "state.json").write_text(json.dumps({**notes, "step": 0}))
                else:
                    torch.save({**torch.load(saved / "rng.pth"), part: rng.capture()[part]}, saved / "rng.pth")
                second.run(folder)
                self.assertNotEqual(expected, second.bits())

    def test_the_files_hold_the_state_of_the_boundary_even_if_they_are_written_steps_later(self) -> None:
        expected = self.undisturbed()
        Program().run(self.folder / "a", stop_after=4)
        saved = self.folder / "a/checkpoints/4"
        first = Program()
        first.state.restore(saved)
        write = first.state.snapshot(4)
        random.gauss(0, 1), numpy.random.normal()
        first.train(*next(iter(first.batches.loader(Data()))))  # training does not wait for the disk
        write(saved)
        second = Program()
        second.run(self.folder / "a")
        self.assertEqual(expected, second.bits())

    def test_loading_that_draws_from_a_generator_changes_nothing(self) -> None:
        def draw(*_: Any) -> None:
            torch.rand(1)

        expected = self.undisturbed()
        Program().run(self.folder / "a", stop_after=4)
        second = Program()
        second.model.register_load_state_dict_post_hook(draw)  # as layers do that initialise what a checkpoint lacks
        second.run(self.folder / "a")
        self.assertEqual(expected, second.bits())

    def test_a_checkpoint_is_readable_by_people_and_by_torch_load(self) -> None:
        Program().run(self.folder / "a", stop_after=6)
        saved = self.folder / "a/checkpoints/6"
        notes = json.loads((saved / "state.json").read_text())
        self.assertEqual((6, 1.2), (notes["step"], notes["epoch"]))
        self.assertAlmostEqual(0.005, notes["optimizer"][0]["lr"])
        self.assertEqual([16, 6], list(torch.load(saved / "model.pth")["0.weight"].shape))
        declared = json.loads((saved / "checkpoint.json").read_text())
        self.assertEqual(["model", "optimizer", "schedule", "rng", "data"], declared["contains"])
        self.assertEqual(64, len(declared["digests"]["weights"]))
        self.assertEqual(notes["epoch"], declared["epoch"])
        self.assertEqual({}, declared["metrics"], "nothing was measured")


class BackboneAndHead(torch.nn.Module):
    """Its backbone has the name under which wrappers keep what they wrap."""

    def __init__(self) -> None:
        super().__init__()
        self.module = torch.nn.Linear(6, 4)
        self.head = torch.nn.Linear(4, 3)


class Scaled(torch.nn.Module):
    """Has state that is no tensor, as quantisers have."""

    def __init__(self, factor: float) -> None:
        super().__init__()
        self.linear = torch.nn.Linear(2, 2)
        self.factor = {"factor": factor, "history": torch.zeros(2)}

    def get_extra_state(self) -> Any:
        return self.factor

    def set_extra_state(self, state: Any) -> None:
        self.factor = state


class WholeModelTest(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def come_back(self, saved: torch.nn.Module, fresh: torch.nn.Module) -> None:
        TorchState(saved).snapshot(1)(self.folder)
        TorchState(fresh).restore(self.folder)

    def test_a_part_that_is_named_module_is_a_part_like_any_other(self) -> None:
        for make in (BackboneAndHead, lambda: torch.optim.swa_utils.AveragedModel(BackboneAndHead())):
            saved, fresh = make(), make()
            self.come_back(saved, fresh)
            self.assertEqual(digest(saved.state_dict()), digest(fresh.state_dict()))

    def test_a_model_that_was_wrapped_for_data_parallelism_comes_back_without_the_wrapper(self) -> None:
        saved, fresh = torch.nn.Linear(6, 3), torch.nn.Linear(6, 3)
        self.come_back(torch.nn.DataParallel(saved), fresh)
        self.assertEqual(digest(saved.state_dict()), digest(fresh.state_dict()))

    def test_state_that_is_no_tensor_comes_back_and_counts_in_the_digest(self) -> None:
        saved, fresh = Scaled(2.0), Scaled(1.0)
        self.come_back(saved, fresh)
        self.assertEqual(2.0, fresh.factor["factor"])
        self.assertEqual(digest(saved.state_dict()), digest(fresh.state_dict()))
        for change in ({"factor": 3.0}, {"history": torch.ones(2)}):
            fresh.factor = {**saved.factor, **change}
            self.assertNotEqual(digest(saved.state_dict()), digest(fresh.state_dict()))


class FullDiskTest(PodTest):
    """A real writer, and files that may not grow."""

    def test_it_ends_nothing_and_is_reported_by_name(self) -> None:
        model = torch.nn.Linear(200, 200)
        self.state = TorchState(model)
        self.state.train = lambda step: model.bias.data.add_(1)
        self.agent_says(restored="none", durableStep=10**9)
        self.ask(id=5, action="checkpoint", at=2, hold=True)
        self.limit_files(100_000)
        trainer = self.train_in_background(4)
        self.ended(trainer)
        self.assertIsInstance(self.left, Leave, "only the last save has to succeed")
        self.assertEqual((4, []), (self.last, list((self.dir / "checkpoints").iterdir())))
        message = self.progress()["failed"]["message"]
        self.assertRegex(message, r"^Step 4 could not be saved in .*: \[Errno 27\] File too large \([0-9]+ bytes are free\): '.*model.pth'\. Training goes on")

    def test_a_defect_while_writing_stays_a_defect(self) -> None:
        with self.assertRaisesRegex(RuntimeError, "no file was meant"), writing(self.dir / "x"):
            raise RuntimeError("no file was meant")


class VerdictTest(unittest.TestCase):
    """What a resume says about its bits; of each reason, that it is given."""

    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.model = torch.nn.Linear(6, 3)
        self.optimizer = torch.optim.SGD(self.model.parameters(), lr=0.1)

    def resumed(self, saved: TorchState, now: TorchState, **profiled: str) -> str:
        contents = saved.snapshot(3)(self.folder)
        now.restore(self.folder)
        declared = {"numericProfile": {**contents.numeric_profile, **profiled}}
        return now.exactness(ResumePoint(3, self.folder, declared))

    def batches(self) -> ResumableBatches:
        return ResumableBatches(EXAMPLES, BATCH, 1)

    def test_without_the_data_order_it_is_not_exact(self) -> None:
        with_order, without = TorchState(self.model, batches=self.batches()), TorchState(self.model)
        self.assertEqual("exact", self.resumed(with_order, with_order))
        self.assertEqual("not bit-exact: data order not saved", self.resumed(without, without))
        self.assertEqual("not bit-exact: data order not saved", self.resumed(without, with_order))
        self.assertEqual("not bit-exact: data order not restored", self.resumed(with_order, without))

    def test_a_part_that_the_program_has_no_more_is_named(self) -> None:
        before = TorchState(self.model, self.optimizer, batches=self.batches())
        self.assertEqual("not bit-exact: optimizer not restored", self.resumed(before, TorchState(self.model, batches=self.batches())))

    def test_another_processor_is_said(self) -> None:
        state = TorchState(self.model, batches=self.batches())
        cpu = profile.profile([])["cpu"]
        self.assertEqual(f"not bit-exact: cpu Elbrus-8S 4 7 -> {cpu}", self.resumed(state, state, cpu="Elbrus-8S 4 7"))

    def test_what_the_checkpoint_does_not_say_is_not_taken_for_the_same(self) -> None:
        now = profile.profile([])
        del now["mkl"]
        self.assertEqual(["mkl fastest -> unknown"], profile.differences(now, {**now, "mkl": "fastest"}))
        self.assertEqual(["mkl unknown -> fastest"], profile.differences({**now, "mkl": "fastest"}, now))
        self.assertEqual(["numeric profile not saved"], profile.differences(now, {}))

    def test_the_instruction_set_is_the_one_that_pytorch_uses(self) -> None:
        """Another process, since PyTorch looks at its variable once."""
        program = "import torch; from intermission.torch import profile; print(profile.profile([])['isa'])"
        narrow = {**os.environ, "ATEN_CPU_CAPABILITY": "default"}
        found = subprocess.run([sys.executable, "-c", program], env=narrow, capture_output=True, text=True, check=True)
        self.assertEqual("default", found.stdout.strip())
        self.assertIn(profile.profile([])["isa"], ("default", "avx2", "avx512"))

    def test_the_processor_is_named_with_its_numbers(self) -> None:
        """A virtual machine may call every processor by one name; an ARM has numbers only."""
        known = profile.CPUINFO
        self.addCleanup(setattr, profile, "CPUINFO", known)
        for text, expected in (
            ("processor\t: 0\ncpu family\t: 25\nmodel\t\t: 17\nmodel name\t: AMD EPYC\n\nprocessor\t: 1\nmodel\t: 9\n", "AMD EPYC 25 17"),
            ("processor\t: 0\nCPU implementer\t: 0x41\nCPU part\t: 0xd0c\n", "0x41 0xd0c"),
        ):
            profile.CPUINFO = self.folder / "cpuinfo"
            profile.CPUINFO.write_text(text)
            self.assertEqual(expected, profile.profile([])["cpu"])


class ChangedProgramTest(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        Program().run(self.folder, stop_after=4)

    def progress(self) -> Dict[str, Any]:
        return json.loads((self.folder / "progress.json").read_text())

    def test_another_architecture_is_named_by_parameter_and_shape_and_nothing_is_loaded(self) -> None:
        second = Program(hidden=32)
        before = second.bits()
        with self.assertRaisesRegex(ArchitectureMismatch, r"0\.weight: expected float32\[32, 6\], found float32\[16, 6\]"):
            second.run(self.folder)
        self.assertEqual(before, second.bits())

    def test_an_override_of_the_learning_rate_is_taken_and_said(self) -> None:
        second = Program(overrides={"lr": 0.5})
        second.run(self.folder, stop_after=5)
        self.assertIn("not bit-exact: lr ", self.progress()["exact"])
        self.assertEqual([0.5], second.schedule.base_lrs)

    def test_an_override_that_the_optimizer_does_not_know_is_refused(self) -> None:
        with self.assertRaisesRegex(ValueError, "overrides: the optimizer has no setting 'learning_rate'; it has .*lr"):
            Program(overrides={"learning_rate": 0.5}).run(self.folder)

    def test_another_data_order_is_refused(self) -> None:
        with self.assertRaisesRegex(ValueError, "The data order has changed: seed 1 -> 2"):
            Program(seed=2).run(self.folder)

    def test_another_number_of_threads_is_said(self) -> None:
        threads = torch.get_num_threads()
        self.addCleanup(torch.set_num_threads, threads)
        torch.set_num_threads(threads + 1)
        Program().run(self.folder, stop_after=5)
        self.assertEqual(f"not bit-exact: threads {threads} -> {threads + 1}", self.progress()["exact"])

    def test_a_torn_file_is_named(self) -> None:
        file = self.folder / "checkpoints/4/optimizer.pth"
        file.write_bytes(file.read_bytes()[:100])
        with self.assertRaisesRegex(ValueError, "optimizer.pth cannot be loaded"):
            Program().run(self.folder)

    def test_a_missing_part_is_named(self) -> None:
        (self.folder / "checkpoints/4/schedule.pth").unlink()
        with self.assertRaisesRegex(ValueError, "schedule.pth is missing"):
            Program().run(self.folder)


class BatchesTest(unittest.TestCase):
    def test_ranks_share_an_epoch_without_overlap(self) -> None:
        seen = [next(iter(ResumableBatches(40, 4, 1, rank=rank, world_size=2))) for rank in (0, 1)]
        alone = next(iter(ResumableBatches(40, 8, 1)))
        self.assertEqual(sorted(alone), sorted(seen[0] + seen[1]))

    def test_every_example_comes_once_an_epoch(self) -> None:
        batches = iter(ResumableBatches(40, 8, 1))
        self.assertEqual(list(range(40)), sorted(index for _ in range(5) for index in next(batches)))

    def test_each_epoch_has_an_order_of_its_own(self) -> None:
        epochs = iter(ResumableBatches(40, 40, 1))
        self.assertNotEqual(next(epochs), next(epochs))

    def test_a_batch_larger_than_the_data_is_refused(self) -> None:
        with self.assertRaisesRegex(ValueError, "batch_size: 2 x 30 is not between 1 and the number of examples, 40"):
            ResumableBatches(40, 30, 1, world_size=2)


class HostCopyTest(unittest.TestCase):
    def test_the_second_copy_is_written_into_the_memory_of_the_first(self) -> None:
        copy, value = HostCopy(), {"a": [torch.ones(3)], "b": (1, "x")}
        first = copy.of(value)
        value["a"][0].add_(1)
        self.assertEqual([1, 1, 1], first["a"][0].tolist(), "training cannot change the copy")
        second = copy.of(value)
        self.assertEqual(first["a"][0].data_ptr(), second["a"][0].data_ptr())
        self.assertEqual(([2, 2, 2], (1, "x")), (second["a"][0].tolist(), second["b"]))

    def test_what_is_no_tensor_is_copied_too(self) -> None:
        value = {"history": numpy.zeros(2)}
        copied = HostCopy().of(value)
        value["history"][0] = 1
        self.assertEqual([0, 0], copied["history"].tolist(), "training cannot change the copy")

    def test_a_tensor_that_grew_gets_a_buffer_of_its_own(self) -> None:
        copy = HostCopy()
        copy.of([torch.ones(2)])
        self.assertEqual([0, 0, 0], copy.of([torch.zeros(3)])[0].tolist())
