"""An agent learns off policy in a world of the program's own, through an algorithm of its own."""

import gymnasium as gym
import numpy as np
from stable_baselines3 import DQN
from torch import nn


class Corridor(gym.Env):
    """A walk to the right is rewarded."""

    observation_space = gym.spaces.Box(-1.0, 1.0, (3,), np.float32)
    action_space = gym.spaces.Discrete(2)

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        self.place = 0
        return self.seen(), {}

    def step(self, action):
        self.place += 1 if action else -1
        return self.seen(), float(self.place), abs(self.place) > 5, False, {}

    def seen(self):
        return np.array([self.place / 10, 0, 0], dtype=np.float32)


class CarefulDQN(DQN):
    """Learns as its base does."""


agent = CarefulDQN(
    "MlpPolicy",
    Corridor(),
    buffer_size=500,
    learning_starts=50,
    policy_kwargs={"net_arch": [16], "activation_fn": nn.ReLU},
    device="cpu",
)
agent.learn(300)
