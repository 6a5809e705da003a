"""A small network trained on the GPU for some seconds."""

import time

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.features = nn.Sequential(nn.Conv2d(3, 64, 3), nn.ReLU(), nn.Conv2d(64, 64, 3), nn.ReLU())
        self.head = nn.Linear(64, 10)

    def forward(self, images):
        return self.head(self.features(images).mean(dim=(2, 3)))


def main(seconds=8.0):
    device = torch.device("cuda")
    data = TensorDataset(torch.randn(4096, 3, 32, 32), torch.randint(0, 10, (4096,)))
    model = Net().to(device)
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-3)
    loss_of = nn.CrossEntropyLoss()
    loader = DataLoader(data, batch_size=256, shuffle=True)
    begin = time.perf_counter()
    while time.perf_counter() - begin < seconds:
        for images, labels in loader:
            optimizer.zero_grad()
            loss_of(model(images.to(device)), labels.to(device)).backward()
            optimizer.step()
    torch.cuda.synchronize()


if __name__ == "__main__":
    main()
