"""A generator and a discriminator, trained in turn on the same pictures."""

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

torch.manual_seed(0)
pictures = TensorDataset(torch.rand(200, 1, 16, 16), torch.randint(0, 10, (200,)))
loader = DataLoader(pictures, batch_size=25, shuffle=True)


class Generator(nn.Module):
    def __init__(self):
        super().__init__()
        self.main = nn.Sequential(nn.ConvTranspose2d(8, 16, 8), nn.ReLU(), nn.ConvTranspose2d(16, 1, 9))

    def forward(self, z):
        return self.main(z)


class Discriminator(nn.Module):
    def __init__(self):
        super().__init__()
        self.main = nn.Sequential(nn.Conv2d(1, 16, 5, 2), nn.ReLU(), nn.Flatten(), nn.Linear(16 * 36, 1))

    def forward(self, x):
        return self.main(x)


generator, discriminator = Generator(), Discriminator()
criterion = nn.BCEWithLogitsLoss()
optimizer_g = torch.optim.Adam(generator.parameters(), lr=2e-4, betas=(0.5, 0.999))
optimizer_d = torch.optim.Adam(discriminator.parameters(), lr=2e-4, betas=(0.5, 0.999))
for _ in range(2):
    for real, _labels in loader:
        ones, zeros = torch.ones(len(real), 1), torch.zeros(len(real), 1)
        fake = generator(torch.randn(len(real), 8, 1, 1))
        optimizer_d.zero_grad()
        (criterion(discriminator(real), ones) + criterion(discriminator(fake.detach()), zeros)).backward()
        optimizer_d.step()
        optimizer_g.zero_grad()
        criterion(discriminator(fake), ones).backward()
        optimizer_g.step()
