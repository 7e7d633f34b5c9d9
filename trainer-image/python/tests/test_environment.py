from __future__ import annotations

import tempfile
import unittest
from pathlib import Path

from intermission.environment import Cadence, Environment, InvalidEnvironment, Worker


class EnvironmentTest(unittest.TestCase):
    def test_nothing_is_set_outside_kubernetes(self) -> None:
        self.assertEqual(Environment(None, None, Worker(), Cadence()), Environment.of({}))

    def test_empty_means_that_the_operator_has_nothing_to_say(self) -> None:
        self.assertIsNone(Environment.of({"INTERMISSION_RESUME_STEP": ""}).resume_step)

    def test_everything_is_read(self) -> None:
        found = Environment.of(
            {
                "INTERMISSION_DIR": "/intermission",
                "INTERMISSION_RESUME_STEP": "1200",
                "INTERMISSION_JOB": "digits",
                "INTERMISSION_RUN": "4",
                "INTERMISSION_RANK": "1",
                "INTERMISSION_WORLD_SIZE": "2",
                "INTERMISSION_CHECKPOINT_EVERY_STEPS": "500",
                "INTERMISSION_CHECKPOINT_INTERVAL_SECONDS": "60",
            }
        )
        self.assertEqual(Environment(Path("/intermission"), 1200, Worker("digits", 4, 1, 2), Cadence(500, 60)), found)

    def test_overrides_are_the_content_of_the_file_that_is_named(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "overrides.json"
            file.write_text('{"learningRate": "0.001"}', encoding="utf-8")
            self.assertEqual({"learningRate": "0.001"}, Environment.of({"INTERMISSION_OVERRIDES": str(file)}).overrides)
        self.assertEqual({}, Environment.of({"INTERMISSION_OVERRIDES": ""}).overrides)

    def test_overrides_that_cannot_be_read_stop_the_training(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "overrides.json"
            for text in ("{", "[]", '{"batch": 3}', "null"):
                file.write_text(text, encoding="utf-8")
                with self.subTest(text), self.assertRaisesRegex(InvalidEnvironment, "INTERMISSION_OVERRIDES"):
                    Environment.of({"INTERMISSION_OVERRIDES": str(file)})
        with self.assertRaisesRegex(InvalidEnvironment, "cannot read"):
            Environment.of({"INTERMISSION_OVERRIDES": str(file)})

    def test_every_wrong_variable_is_named(self) -> None:
        with self.assertRaises(InvalidEnvironment) as refused:
            Environment.of({"INTERMISSION_RUN": "first", "INTERMISSION_RESUME_STEP": "-1"})
        self.assertIn('INTERMISSION_RUN: expected a number from 0 to 999999999, found "first"', str(refused.exception))
        self.assertIn("INTERMISSION_RESUME_STEP", str(refused.exception))

    def test_a_rank_outside_of_the_world_is_refused(self) -> None:
        for variables in ({"INTERMISSION_RANK": "2", "INTERMISSION_WORLD_SIZE": "2"}, {"INTERMISSION_WORLD_SIZE": "0"}):
            with self.subTest(variables), self.assertRaisesRegex(InvalidEnvironment, "is no rank of"):
                Environment.of(variables)
