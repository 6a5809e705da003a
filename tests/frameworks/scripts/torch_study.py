"""A study tries learning rates for a network that a loop of its own trains."""

import optuna
import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

torch.manual_seed(0)
data = TensorDataset(torch.randn(96, 6), torch.randint(0, 2, (96,)))


def objective(trial):
    model = nn.Sequential(nn.Linear(6, 8), nn.ReLU(), nn.Linear(8, 2))
    optimizer = torch.optim.Adam(model.parameters(), lr=trial.suggest_float("lr", 1e-4, 1e-2))
    criterion = nn.CrossEntropyLoss()
    for _ in range(4):
        for x, y in DataLoader(data, batch_size=16):
            optimizer.zero_grad()
            loss = criterion(model(x), y)
            loss.backward()
            optimizer.step()
    return loss.item()


optuna.logging.set_verbosity(optuna.logging.ERROR)
study = optuna.create_study()
study.optimize(objective, n_trials=3)
