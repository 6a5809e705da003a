"""A training loop of Flax's nnx: the step is compiled, and run without Python."""

import jax
import jax.numpy as jnp
import optax
from flax import nnx


class Classifier(nnx.Module):
    def __init__(self, rngs):
        self.hidden = nnx.Linear(8, 32, rngs=rngs)
        self.head = nnx.Linear(32, 2, rngs=rngs)

    def __call__(self, x):
        return self.head(nnx.relu(self.hidden(x)))


model = Classifier(nnx.Rngs(0))
optimizer = nnx.Optimizer(model, optax.adamw(1e-3, weight_decay=0.01), wrt=nnx.Param)


@nnx.jit
def train_step(model, optimizer, x, y):
    def loss_of(model):
        return optax.softmax_cross_entropy_with_integer_labels(model(x), y).mean()

    loss, gradients = nnx.value_and_grad(loss_of)(model)
    optimizer.update(model, gradients)
    return loss


x = jax.random.normal(jax.random.key(0), (512, 8))
y = (x[:, 0] > 0).astype(jnp.int32)
for epoch in range(5):
    for start in range(0, 512, 64):
        loss = train_step(model, optimizer, x[start : start + 64], y[start : start + 64])
    print(f"epoch {epoch}: {loss:.3f}")
