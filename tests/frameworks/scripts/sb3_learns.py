"""An agent learns to keep a pole upright, and is evaluated."""

from stable_baselines3 import PPO
from stable_baselines3.common.evaluation import evaluate_policy

model = PPO(
    "MlpPolicy",
    "CartPole-v1",
    n_steps=128,
    batch_size=32,
    n_epochs=3,
    learning_rate=1e-3,
    seed=0,
    device="cpu",
)
model.learn(total_timesteps=1000)
mean_reward, _ = evaluate_policy(model, model.get_env(), n_eval_episodes=2)
print(f"mean reward {mean_reward}")
