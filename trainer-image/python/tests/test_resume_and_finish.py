from __future__ import annotations

import json
import tempfile
from pathlib import Path

import intermission
from intermission.control import Leave
from intermission.environment import Cadence, Environment

from .testing_pod import PodTest, TestingState


class ResumeTest(PodTest):
    def test_it_waits_for_the_restore_and_continues_with_the_next_step(self) -> None:
        trainer = self.train_in_background(5)
        (self.dir / "resume").mkdir()
        (self.dir / "resume/total.json").write_text("6")
        (self.dir / "resume/checkpoint.json").write_text('{"step": 3}')
        self.agent_says(restored="3", durableStep=5)
        self.ended(trainer)
        self.assertIsNone(self.left)
        self.assertEqual(6 + 4 + 5, self.state.total)
        self.assertEqual(4, self.progress()["firstStep"])

    def test_it_refuses_to_start_from_before_the_promised_step(self) -> None:
        for restored, found in (("none", "nothing"), ("2", "step 2")):
            with self.subTest(restored=restored):
                (self.dir / "agent.json").unlink(missing_ok=True)
                self.agent_says(restored=restored)
                self.ended(self.train_in_background(5, self.environment(resume_step=3)))
                self.assertIn(f"INTERMISSION_RESUME_STEP is 3 but the agent restored {found}", str(self.left))
                self.assertEqual(0, self.last)

    def test_files_of_another_step_are_refused(self) -> None:
        (self.dir / "resume").mkdir()
        (self.dir / "resume/checkpoint.json").write_text('{"step": 2}')
        self.agent_says(restored="3")
        self.ended(self.train_in_background(5))
        self.assertIn("declares step 2 where step 3 was expected", str(self.left))

    def test_it_leaves_while_waiting_for_the_restore_when_told_to(self) -> None:
        trainer = self.train_in_background(5)
        self.ask(action="stop", reason="fenced")
        self.ended(trainer)
        assert isinstance(self.left, Leave)
        self.assertEqual(75, self.left.code)

    def test_what_an_interrupted_save_left_behind_is_deleted(self) -> None:
        (self.dir / "checkpoints/7.tmp/deep").mkdir(parents=True)
        self.agent_says(restored="none", durableStep=1)
        self.ended(self.train_in_background(1))
        self.assertEqual([1], self.saved())
        self.assertFalse((self.dir / "checkpoints/7.tmp").exists())


class FinishTest(PodTest):
    def test_exit_code_0_never_outruns_the_upload(self) -> None:
        self.agent_says(restored="none")
        trainer = self.train_in_background(3)
        self.progress_where(lambda p: p.get("finished") is True)
        self.assertTrue(self.declared(3)["finished"])
        self.assertTrue(trainer.is_alive(), "it waits: step 3 is not durable")
        self.agent_says(restored="none", durableStep=3)
        self.ended(trainer)
        self.assertIsNone(self.left)

    def test_a_final_checkpoint_that_is_not_committed_in_time_gives_exit_code_74(self) -> None:
        self.agent_says(restored="none")
        with self.assertRaises(Leave) as left, intermission.session(self.state, 1, environment=self.environment(), finish_timeout_seconds=0.05) as session:
            session.resume()
            session.step(1)
            session.finish(1)
        self.assertEqual(74, left.exception.code)
        self.assertIn("step 1 was not committed within", str(left.exception))

    def test_the_last_step_is_saved_once(self) -> None:
        self.agent_says(restored="none", durableStep=4)
        self.ended(self.train_in_background(4, self.environment(Cadence(every_steps=4))))
        self.assertEqual([4], self.saved())
        self.assertEqual([4], [entry for entry in self.saved()])


class OutsideKubernetesTest(PodTest):
    def run_alone(self, total: int, fail_after: int = 10**9) -> TestingState:
        state = TestingState()
        with intermission.session(state, total, save_every=2, local_directory=self.dir, environment=Environment()) as session:
            for step in range(session.resume() + 1, total + 1):
                state.train(step)
                session.step(step, loss=float("nan"))
                if step == fail_after:
                    raise KeyboardInterrupt
            session.finish(total)
        return state

    def test_the_same_program_saves_into_a_local_directory_and_resumes_from_the_newest(self) -> None:
        with self.assertRaises(KeyboardInterrupt):
            self.run_alone(10, fail_after=7)
        self.assertEqual(sum(range(11)), self.run_alone(10).total)
        self.assertLessEqual(len(self.saved()), 2)
        self.assertEqual({}, {k: v for k, v in self.progress()["metrics"].items() if k == "loss"}, "JSON has no NaN")

    def test_a_finished_training_has_nothing_left_to_do(self) -> None:
        self.run_alone(4)
        again = self.run_alone(4)
        self.assertEqual(10, again.total)

    def test_a_save_of_the_programs_own_choosing_is_on_disk_when_it_returns(self) -> None:
        with intermission.session(self.state, local_directory=self.dir, environment=Environment()) as session:
            session.resume()
            self.state.train(1)
            session.save(1)
            self.assertEqual([1], self.saved())
            self.state.failure = OSError(28, "No space left on device")
            with self.assertRaisesRegex(OSError, "sizeLimit"):
                session.save(2)
            self.assertEqual([1], self.saved())

    def test_ranks_do_not_share_a_local_directory(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            for rank in ("0", "1"):
                environment = Environment.of({"INTERMISSION_RANK": rank, "INTERMISSION_WORLD_SIZE": "2"})
                with intermission.session(TestingState(), 1, local_directory=folder, environment=environment) as session:
                    session.resume()
                    session.step(1)
            self.assertEqual(["rank-0", "rank-1"], sorted(entry.name for entry in Path(folder).iterdir()))
            self.assertEqual(1, json.loads((Path(folder) / "rank-1/checkpoints/1/checkpoint.json").read_text())["step"])
