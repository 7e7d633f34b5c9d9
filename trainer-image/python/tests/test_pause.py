from __future__ import annotations

import threading
from typing import Any, Dict

from intermission.control import Leave
from intermission.environment import Cadence, Worker

from .testing_pod import PATIENCE_SECONDS, PodTest


class Gate:
    """Lets the trainer make a step only when the test says so."""

    def __init__(self) -> None:
        self._steps: Dict[int, threading.Event] = {}
        self._lock = threading.Lock()
        self.before = 0  # the step that the trainer wants to make: the boundary of the one before is over

    def _event(self, step: int) -> threading.Event:
        with self._lock:
            return self._steps.setdefault(step, threading.Event())

    def __call__(self, step: int) -> None:
        self.before = step
        assert self._event(step).wait(PATIENCE_SECONDS)

    def open(self, *steps: int) -> None:
        for step in steps:
            self._event(step).set()


class PauseTest(PodTest):
    def setUp(self) -> None:
        super().setUp()
        self.agent_says(restored="none")
        self.gate = Gate()

    def test_a_hold_saves_the_very_next_boundary_and_waits_there(self) -> None:
        trainer = self.train_in_background(9, pace=self.gate)
        self.gate.open(1, 2)
        self.progress_where(lambda p: p.get("step") == 1)
        self.eventually(lambda: self.last == 2, "step 2")
        self.ask(id=7, action="checkpoint", at="next", hold=True)
        self.gate.open(3, 4)
        said = self.progress_where(lambda p: p.get("held") == 7)
        self.assertEqual([said["step"]], self.saved())
        self.assertEqual(7, self.declared(said["step"])["requestId"])
        self.ask(action="exit")
        self.ended(trainer)
        assert isinstance(self.left, Leave)
        self.assertEqual(0, self.left.code)
        self.assertEqual(said["step"], self.last, "no step was made after the save")

    def test_continue_ends_the_hold_and_training_goes_on_from_memory(self) -> None:
        self.ask(id=3, action="checkpoint", at="next", hold=True)
        trainer = self.train_in_background(4)
        self.progress_where(lambda p: p.get("held") == 3)
        self.agent_says(restored="none", durableStep=4)
        self.ask(id=3, action="continue")
        self.ended(trainer)
        self.assertIsNone(self.left)
        self.assertEqual(10, self.state.total, "each step was made once")
        self.assertNotIn("held", self.progress())

    def test_a_step_that_has_passed_is_reported_as_missed(self) -> None:
        trainer = self.train_in_background(9, pace=self.gate)
        self.gate.open(1, 2, 3)
        self.eventually(lambda: self.last == 3, "step 3")
        self.ask(id=5, action="checkpoint", at=2, hold=True)
        self.gate.open(4)
        self.progress_where(lambda p: p.get("missed") == 5)
        self.assertEqual([], self.saved())
        self.ask(action="stop", reason="fenced")
        self.gate.open(5)
        self.ended(trainer)
        assert isinstance(self.left, Leave)
        self.assertEqual((75, "fenced"), (self.left.code, str(self.left)))

    def test_a_common_step_is_saved_exactly_there(self) -> None:
        self.ask(id=5, action="checkpoint", at=6, hold=True)
        trainer = self.train_in_background(9, self.environment(worker=Worker("job", 1, 0, 2)))
        self.assertEqual(6, self.progress_where(lambda p: p.get("held") == 5)["step"])
        self.assertEqual((6, 2), (self.declared(6)["step"], self.declared(6)["worldSize"]))
        self.ask(action="exit")
        self.ended(trainer)

    def test_a_higher_id_for_the_held_step_is_answered_by_the_checkpoint_that_is_there(self) -> None:
        self.ask(id=5, action="checkpoint", at=2, hold=True)
        trainer = self.train_in_background(9)
        self.progress_where(lambda p: p.get("held") == 5)
        self.ask(id=6, action="checkpoint", at=2, hold=True)
        self.progress_where(lambda p: p.get("held") == 6)
        self.assertEqual([2], self.saved())
        self.assertEqual(5, self.declared(2)["requestId"])
        self.ask(action="exit")
        self.ended(trainer)

    def test_a_higher_id_for_a_later_step_ends_the_hold(self) -> None:
        self.ask(id=5, action="checkpoint", at=2, hold=True)
        trainer = self.train_in_background(9)
        self.progress_where(lambda p: p.get("held") == 5)
        self.ask(id=6, action="checkpoint", at=4, hold=True)
        self.assertEqual(4, self.progress_where(lambda p: p.get("held") == 6)["step"])
        self.ask(action="exit")
        self.ended(trainer)

    def test_an_older_id_that_comes_late_is_ignored(self) -> None:
        self.ask(id=5, action="checkpoint", at=2, hold=True)
        trainer = self.train_in_background(4)
        self.progress_where(lambda p: p.get("held") == 5)
        self.ask(id=5, action="continue")
        self.progress_where(lambda p: "held" not in p and p["step"] >= 4)
        self.ask(id=4, action="checkpoint", at="next", hold=True)
        self.agent_says(restored="none", durableStep=4)
        self.ended(trainer)
        self.assertIsNone(self.left)

    def test_a_save_that_fails_is_reported_and_training_goes_on(self) -> None:
        self.state.failure = OSError(28, "No space left on device")
        self.ask(id=5, action="checkpoint", at=2, hold=True)
        trainer = self.train_in_background(5, pace=self.gate)
        self.gate.open(1, 2, 3)
        failed = self.progress_where(lambda p: "failed" in p)["failed"]
        self.assertEqual((5, 2), (failed["id"], failed["step"]))
        self.assertIn("spec.checkpoint.volume.sizeLimit", failed["message"])
        self.assertEqual([], list((self.dir / "checkpoints").iterdir()), "nothing is left of it")
        self.ask(action="exit")
        self.gate.open(4, 5)
        self.ended(trainer)

    def test_a_snapshot_that_fails_for_the_disk_is_a_save_that_fails(self) -> None:
        """Of a state that writes at once, as Hugging Face's does."""

        def snapshot(step: int) -> Any:
            raise OSError(28, "No space left on device")

        self.state.snapshot = snapshot  # type: ignore[method-assign]
        self.ask(id=5, action="checkpoint", at=2, hold=True)
        trainer = self.train_in_background(5, pace=self.gate)
        self.gate.open(1, 2, 3)
        failed = self.progress_where(lambda p: "failed" in p)["failed"]
        self.assertEqual((5, 2), (failed["id"], failed["step"]))
        self.ask(action="exit")
        self.gate.open(4, 5)
        self.ended(trainer)
        self.assertIsInstance(self.left, Leave)

    def test_a_report_that_cannot_be_written_ends_nothing_and_is_written_later(self) -> None:
        (self.dir / "progress.json").mkdir()  # which no file replaces
        self.ask(id=5, action="checkpoint", at=2, hold=True)
        trainer = self.train_in_background(9)
        self.eventually(lambda: self.saved() == [2], "the save of step 2")
        (self.dir / "progress.json").rmdir()
        self.assertEqual(2, self.progress_where(lambda p: p.get("held") == 5)["step"])
        self.ask(action="exit")
        self.ended(trainer)

    def test_a_defect_of_the_trainers_own_code_is_raised_and_not_taken_for_a_full_disk(self) -> None:
        self.state.failure = TypeError("cannot pickle")
        self.ask(id=5, action="checkpoint", at="next", hold=True)
        self.ended(self.train_in_background(5))
        self.assertIsInstance(self.left, TypeError)

    def test_a_half_written_or_foreign_request_is_looked_at_again_later(self) -> None:
        trainer = self.train_in_background(50, pace=self.gate)
        (self.dir / "control.json").write_text('{"id": 7, "action": "check')
        self.gate.open(1, 2)
        self.eventually(lambda: self.last == 2, "step 2")
        self.ask(id=8, action="dance")
        self.gate.open(3, 4)
        self.eventually(lambda: self.last == 4, "step 4")
        self.ask(id=9, action="checkpoint", at=True, hold=True)
        self.gate.open(5, 6)
        self.eventually(lambda: self.last == 6, "step 6")
        self.assertEqual([], self.saved())
        self.ask(action="exit")
        self.gate.open(7, 8)
        self.ended(trainer)


class CadenceTest(PodTest):
    def test_periodic_saves_wait_for_the_upload_of_the_one_before(self) -> None:
        gate = Gate()
        self.agent_says(restored="none")
        trainer = self.train_in_background(9, self.environment(Cadence(every_steps=2)), pace=gate)
        gate.open(1, 2)
        self.eventually(lambda: self.saved() == [2], "the first save")
        self.eventually(lambda: all(thread.name != "save-2" for thread in threading.enumerate()), "its thread to end, which forces names to disk after the folder is there")
        gate.open(3, 4, 5)
        self.eventually(lambda: gate.before == 6, "the boundary after step 5")
        self.assertEqual([2], self.saved(), "step 4 is put off: step 2 is not durable yet")
        self.agent_says(restored="none", durableStep=2)
        gate.open(6)
        self.eventually(lambda: self.saved() == [2, 6], "the save that was put off")
        self.ask(action="exit")
        gate.open(7)
        self.ended(trainer)

    def test_ranks_of_a_gang_skip_no_step_but_wait_for_the_one_before(self) -> None:
        self.agent_says(restored="none")
        trainer = self.train_in_background(6, self.environment(Cadence(every_steps=2), Worker("job", 1, 1, 2)))
        self.eventually(lambda: self.saved() == [2] and self.last == 4, "the boundary after step 4")
        self.agent_says(restored="none", durableStep=2)
        self.eventually(lambda: self.saved() == [2, 4] and self.last == 6, "the boundary after step 6")
        self.agent_says(restored="none", durableStep=4)
        self.eventually(lambda: self.saved() == [2, 4, 6], "all three")
        self.agent_says(restored="none", durableStep=6)
        self.ended(trainer)
        self.assertIsNone(self.left)

    def test_a_drained_rank_that_is_asked_for_a_later_step_does_not_wait_for_the_one_it_saved_alone(self) -> None:
        self.agent_says(restored="none")
        self.ask(id=1, action="checkpoint", at=3, hold=True)  # its own drain; the other ranks are past that step
        trainer = self.train_in_background(9, self.environment(Cadence(every_steps=4), Worker("job", 1, 0, 2)))
        self.progress_where(lambda p: p.get("held") == 1)
        self.ask(id=2, action="checkpoint", at=6, hold=True)
        self.progress_where(lambda p: p.get("held") == 2)
        self.assertEqual([3, 4, 6], self.saved())
        self.ask(action="exit")
        self.ended(trainer)

    def test_a_rank_that_waits_for_the_others_waits_no_longer_when_all_are_asked_for_a_step(self) -> None:
        self.agent_says(restored="none")  # and never that anything is durable
        trainer = self.train_in_background(9, self.environment(Cadence(every_steps=2), Worker("job", 1, 0, 2)))
        self.eventually(lambda: self.last >= 4, "the second periodic save is due")
        self.ask(id=1, action="checkpoint", at=5, hold=True)
        self.progress_where(lambda p: p.get("held") == 1)
        self.assertEqual([2, 4, 5], self.saved())
        self.ask(action="exit")
        self.ended(trainer)

    def test_a_rank_does_not_wait_for_a_save_from_before_a_request_that_was_taken_back(self) -> None:
        self.agent_says(restored="none")  # and never that anything is durable: the agents let it go for the one that was asked for
        trainer = self.train_in_background(9, self.environment(Cadence(every_steps=2), Worker("job", 1, 0, 2)))
        self.eventually(lambda: self.last >= 4, "the second periodic save is due")
        self.ask(id=1, action="checkpoint", at=5, hold=True)
        self.progress_where(lambda p: p.get("held") == 1)
        self.ask(id=1, action="continue")
        self.eventually(lambda: self.saved() == [2, 4, 5, 6], "the periodic save after it")
        self.ask(action="exit")
        self.ended(trainer)

    def test_a_rank_does_not_wait_for_a_save_on_its_way_to_a_step_that_is_asked_for_no_more(self) -> None:
        self.agent_says(restored="none")  # and never that anything is durable: another rank is there already, and has let its periodic saves on the way go
        trainer = self.train_in_background(9, self.environment(Cadence(every_steps=2), Worker("job", 1, 0, 2)))
        self.eventually(lambda: self.last >= 4, "the second periodic save is due")
        self.ask(id=1, action="continue", at=7)  # over before this rank looked
        self.eventually(lambda: self.saved() == [2, 4, 6, 8], "the periodic saves on the way, and one beyond")
        self.agent_says(restored="none", durableStep=9)
        self.ended(trainer)

    def test_a_rank_that_waits_says_that_it_is_past_what_is_asked_for_and_waits_on(self) -> None:
        self.agent_says(restored="none")
        trainer = self.train_in_background(9, self.environment(Cadence(every_steps=2), Worker("job", 1, 0, 2)))
        self.eventually(lambda: self.last >= 4, "the second periodic save is due")
        self.ask(id=1, action="checkpoint", at=1, hold=True)
        self.progress_where(lambda p: p.get("missed") == 1)
        self.ask(id=1, action="continue", at=1)
        self.assertEqual([2], self.saved())
        self.agent_says(restored="none", durableStep=9)
        self.ended(trainer)

    def test_training_does_not_stand_still_while_a_save_is_written(self) -> None:
        self.agent_says(restored="none", durableStep=0)
        self.state.gate = threading.Event()
        trainer = self.train_in_background(9, self.environment(Cadence(every_steps=2)))
        self.eventually(lambda: self.last >= 8, "steps that were made during the save")
        self.assertEqual([], self.saved())
        self.state.gate.set()
        self.agent_says(restored="none", durableStep=9)
        self.ended(trainer)
        self.assertEqual(2, self.declared(2)["step"])
        self.assertEqual(3, __import__("json").loads((self.dir / "checkpoints/2/total.json").read_text()), "the state as it was after step 2")
