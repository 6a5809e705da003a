"""A training loop of Flax's linen with a chain of Optax's and a `TrainState`."""

import jax
import jax.numpy as jnp
import optax
from flax import linen as nn
from flax.training.train_state import TrainState


class Regressor(nn.Module):
    width: int

    @nn.compact
    def __call__(self, x):
        return nn.Dense(1)(nn.relu(nn.Dense(self.width)(x)))


x = jax.random.normal(jax.random.key(0), (256, 4))
y = x.sum(1, keepdims=True)
network = Regressor(16)
variables = network.init(jax.random.key(1), x[:1])
rule = optax.chain(optax.clip_by_global_norm(1.0), optax.sgd(0.05, momentum=0.9))
state = TrainState.create(apply_fn=network.apply, params=variables["params"], tx=rule)


@jax.jit
def train_step(state, x, y):
    def loss_of(params):
        return optax.squared_error(state.apply_fn({"params": params}, x), y).mean()

    loss, gradients = jax.value_and_grad(loss_of)(state.params)
    return state.apply_gradients(grads=gradients), loss


for epoch in range(4):
    for start in range(0, 256, 32):
        state, loss = train_step(state, x[start : start + 32], y[start : start + 32])
    print(f"epoch {epoch}: {jnp.sqrt(loss):.3f}")
