"""What is said of agents that learn, act and are evaluated with Stable-Baselines3."""

from __future__ import annotations

import gc
import weakref

import pytest

sb3 = pytest.importorskip("stable_baselines3")

import gymnasium as gym  # noqa: E402
import numpy as np  # noqa: E402
from stable_baselines3.common.vec_env import DummyVecEnv, SubprocVecEnv, VecNormalize  # noqa: E402

from ai_power_export.observe.frameworks.agents import agent_part  # noqa: E402
from ai_power_export.observe.frameworks.environments import environment_of  # noqa: E402
from ai_power_export.observe.watch import Watch  # noqa: E402

pytestmark = pytest.mark.slow

LEARNS = {
    "task.taskStage": "training",
    "task.taskFamily": "reinforcementLearning",
    "task.nbRequest": None,
    "task.algorithms[0].algorithmName": "ppo",
    "task.algorithms[0].algorithmType": "reinforcementLearning",
    "task.algorithms[0].trainingType": "reinforcementLearning",
    "task.algorithms[0].framework": "stable-baselines3",
    "task.algorithms[0].frameworkVersion": sb3.__version__,
    "task.algorithms[0].classPath": "stable_baselines3.PPO",
    # Two hidden layers of 64 each for policy and value, on 4 observations: 2 x 4480, and 130 + 65 on top.
    "task.algorithms[0].parametersNumber": 9.155e-06,
    "task.algorithms[0].layersNumber": 6,
    "task.algorithms[0].quantization": "fp32",
    "task.algorithms[0].optimizer": "adam",
    "task.algorithms[0].epochsNumber": None,
    "task.algorithms[1]": None,
    "task.dataset[0].dataUsage": "input",
    "task.dataset[0].dataType": "other",
    "task.dataset[0].dataQuantity": 1024,
    "task.dataset[0].shape": "(1024, 4)",
    "task.dataset[0].source": "public",
    "task.dataset[1]": None,
    "task.measuredAccuracy": None,
    "hyperparameters.policy": "MlpPolicy",
    "hyperparameters.env": "CartPole-v1",
    "hyperparameters.learning_rate": 1e-3,
    "hyperparameters.n_steps": 128,
    "hyperparameters.batch_size": 32,
    "hyperparameters.n_epochs": 3,
    "hyperparameters.gamma": 0.99,
    "hyperparameters.clip_range": 0.2,
    "hyperparameters.n_envs": 1,
    "hyperparameters.total_timesteps": 1000,
}

OWN = {
    "task.taskStage": "training",
    "task.taskFamily": "reinforcementLearning",
    "task.algorithms[0].algorithmName": "dqn",
    "task.algorithms[0].trainingType": "reinforcementLearning",
    "task.algorithms[0].framework": "stable-baselines3",
    "task.algorithms[0].classPath": "__main__.CarefulDQN",
    "task.algorithms[0].parametersNumber": 1.96e-07,
    "task.algorithms[0].optimizer": "adam",
    "task.dataset[0].dataType": "other",
    "task.dataset[0].dataQuantity": 300,
    "task.dataset[0].shape": "(300, 3)",
    "task.dataset[0].source": None,
    "hyperparameters.env": None,
    "hyperparameters.buffer_size": 500,
    "hyperparameters.policy_kwargs": {"net_arch": [16], "activation_fn": "ReLU"},
    "hyperparameters.train_freq": 4,
}

PLAYS = {
    "task.taskStage": "inference",
    "task.taskFamily": "reinforcementLearning",
    "task.nbRequest": 2000,
    "task.algorithms[0].algorithmName": "a2c",
    "task.algorithms[0].trainingType": None,
    "task.algorithms[0].parametersNumber": 9.155e-06,
    "task.algorithms[0].optimizer": "rmsprop",
    "task.dataset[0].dataUsage": "input",
    "task.dataset[0].dataType": "other",
    "task.dataset[0].dataQuantity": 1,
    "task.dataset[0].shape": "(4,)",
    "task.dataset[1].dataUsage": "output",
    "task.dataset[1].dataQuantity": 1,
}


@pytest.mark.parametrize(
    ("script", "expected"),
    [("sb3_learns.py", LEARNS), ("sb3_own_environment.py", OWN), ("sb3_plays.py", PLAYS)],
)
def test_the_report_of_an_untouched_script(said, script, expected):
    assert said(script).values(expected) == expected


def test_which_hyperparameters_have_their_default(said):
    (fact,) = said("sb3_learns.py").evidence["other"]["evidence.hyperparameters.defaults"]
    assert {"gamma", "gae_lambda", "clip_range", "policy_kwargs"} <= set(fact["value"])
    assert not {"policy", "env", "n_steps", "batch_size", "n_epochs", "learning_rate"} & set(fact["value"])


@pytest.mark.parametrize("name", ["A2C", "DDPG", "DQN", "PPO", "SAC", "TD3"])
def test_an_algorithm_with_nothing_given_has_its_defaults_alone(name):
    """What an algorithm makes of its defaults, a frequency or a schedule, is not the user's word."""
    env = "CartPole-v1" if name in ("A2C", "DQN", "PPO") else "Pendulum-v1"
    agent = getattr(sb3, name)(
        "MlpPolicy", env, device="cpu", **({"buffer_size": 100} if name not in ("A2C", "PPO") else {})
    )

    part = agent_part(agent)

    given = set(part.parameters) - set(part.defaults)
    assert given <= {"policy", "env", "n_envs", "buffer_size"}
    assert part.said["algorithmName"] == name.lower()
    assert part.said["parametersNumber"] == sum(each.numel() for each in agent.policy.parameters()) / 1e9


class Tired(gym.Env):
    """Ends the training by Ctrl-C after some steps, and tells of every look at what it lacks."""

    observation_space = gym.spaces.Box(0, 255, (24, 24, 3), np.uint8)
    action_space = gym.spaces.Discrete(2)

    def __init__(self, steps):
        self.left, self.asked = steps, []

    def __getattr__(self, name):
        self.__dict__["asked"].append(name)
        raise AttributeError(name)

    def __repr__(self):
        raise RuntimeError

    def reset(self, *, seed=None, options=None):
        return np.zeros((24, 24, 3), np.uint8), {}

    def step(self, action):
        self.left -= 1
        if self.left < 0:
            raise KeyboardInterrupt
        return np.zeros((24, 24, 3), np.uint8), 0.0, False, False, {}


def test_a_training_that_is_broken_off_counts_the_steps_that_were_done():
    agent = sb3.PPO("MlpPolicy", Tired(40), n_steps=16, batch_size=16, device="cpu")
    with Watch() as watch:
        with pytest.raises(KeyboardInterrupt):
            agent.learn(1000)
        (seen,) = watch.cut()

    assert (seen.count, seen.failed) == (1, 1)
    assert (seen.data.data_type, seen.data.rows) == ("image", 40)
    assert seen.data.container.endswith("Tired")
    assert seen.data.source is None


def test_no_code_of_an_environment_is_run_by_us():
    env = Tired(1)
    env.asked.clear()
    environment_of(DummyVecEnv([lambda: env]), env.observation_space, steps=1)
    asked_by_the_vector = list(env.asked)
    env.asked.clear()
    DummyVecEnv([lambda: env])
    assert asked_by_the_vector == env.asked


def test_an_environment_is_found_in_its_wrappers():
    env = VecNormalize(DummyVecEnv([lambda: gym.make("CartPole-v1")]))
    said = environment_of(env, env.observation_space, steps=7)
    assert said.container == "gymnasium.envs.classic_control.cartpole.CartPoleEnv"
    assert (said.rows, said.shape, said.source) == (7, "(7, 4)", "public")


def test_an_environment_in_other_processes_is_not_asked():
    env = SubprocVecEnv([lambda: gym.make("CartPole-v1")], start_method="fork")
    try:
        said = environment_of(env, env.observation_space, steps=7)
    finally:
        env.close()
    assert said.source is None
    assert said.container.endswith("SubprocVecEnv")


def test_an_agent_is_not_kept_alive_and_a_second_one_is_another():
    with Watch() as watch:
        agent = sb3.A2C("MlpPolicy", "CartPole-v1", device="cpu")
        other = sb3.A2C("MlpPolicy", "CartPole-v1", learning_rate=0.5, device="cpu")
        for each in (agent, other):
            each.predict(np.zeros(4, np.float32))
        gone = weakref.ref(other)
        del each, other
        gc.collect()
        assert gone() is None
        (seen,) = watch.cut()
    assert seen.count == 2
    assert seen.parts[0].varied["learning_rate"] == [7e-4, 0.5]


def test_several_environments_at_once_are_as_many_items_a_request():
    with Watch() as watch:
        agent = sb3.A2C("MlpPolicy", "CartPole-v1", device="cpu")
        agent.predict(np.zeros((6, 4), np.float32))
        (seen,) = watch.cut()
    assert (seen.data.rows, seen.data.shape, seen.output.rows) == (6, "(6, 4)", 6)
