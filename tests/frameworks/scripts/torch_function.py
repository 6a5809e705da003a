"""A regression whose network, data and loop all live in functions that return."""

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset, random_split


def get_data():
    torch.manual_seed(0)
    x = torch.randn(400, 6)
    y = x @ torch.randn(6, 1) + 0.1 * torch.randn(400, 1)
    return random_split(TensorDataset(x, y), [320, 80])


def get_model():
    return nn.Sequential(nn.Linear(6, 32), nn.Tanh(), nn.Linear(32, 1))


def validate(model, loader, loss_function):
    model.eval()
    with torch.no_grad():
        return sum(loss_function(model(x), y).item() for x, y in loader) / len(loader)


def train(model, training, validation, epochs):
    loss_function = nn.MSELoss()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.05, momentum=0.9)
    scheduler = torch.optim.lr_scheduler.StepLR(optimizer, step_size=1, gamma=0.5)
    for _ in range(epochs):
        model.train()
        for x, y in training:
            optimizer.zero_grad()
            loss_function(model(x), y).backward()
            optimizer.step()
        scheduler.step()
        print(validate(model, validation, loss_function))


def main():
    training, validation = get_data()
    train(
        get_model(),
        DataLoader(training, batch_size=64, shuffle=True),
        DataLoader(validation, batch_size=64),
        epochs=4,
    )


if __name__ == "__main__":
    main()
