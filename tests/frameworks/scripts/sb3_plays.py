"""A trained agent plays; the world is wrapped."""

import gymnasium as gym
from stable_baselines3 import A2C

world = gym.make("CartPole-v1")
agent = A2C("MlpPolicy", world, device="cpu")
observation, _ = world.reset(seed=0)
for _ in range(2000):
    action, _ = agent.predict(observation, deterministic=True)
    observation, _, ended, cut, _ = world.step(action)
    if ended or cut:
        observation, _ = world.reset()
