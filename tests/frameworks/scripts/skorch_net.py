"""Train a PyTorch network as a scikit-learn estimator."""

import numpy as np
import torch
from skorch import NeuralNetClassifier
from torch import nn

random = np.random.default_rng(0)
data = random.normal(size=(600, 10)).astype("float32")
target = (data[:, 0] > 0).astype("int64")


class Net(nn.Module):
    """Two layers."""

    def __init__(self):
        super().__init__()
        self.layers = nn.Sequential(nn.Linear(10, 16), nn.ReLU(), nn.Linear(16, 2), nn.Softmax(dim=-1))

    def forward(self, data):
        """Return the chance of each class."""
        return self.layers(data)


torch.manual_seed(0)
net = NeuralNetClassifier(Net, max_epochs=4, lr=0.1, optimizer=torch.optim.Adam, verbose=0)
net.fit(data, target)
print(net.score(data, target))
