"""An LSTM that tells the parity of sequences of tokens, trained by a class with gradient accumulation."""

import torch
from torch import nn
from torch.utils.data import DataLoader, Dataset


class Sequences(Dataset):
    def __init__(self, count):
        generator = torch.Generator().manual_seed(0)
        self.tokens = torch.randint(0, 50, (count, 12), generator=generator)

    def __len__(self):
        return len(self.tokens)

    def __getitem__(self, index):
        return self.tokens[index], self.tokens[index].sum() % 2


class SequenceClassifier(nn.Module):
    def __init__(self):
        super().__init__()
        self.embedding = nn.Embedding(50, 16)
        self.lstm = nn.LSTM(16, 24, num_layers=2, batch_first=True)
        self.head = nn.Linear(24, 2)

    def forward(self, tokens):
        states, _ = self.lstm(self.embedding(tokens))
        return self.head(states[:, -1])


class Trainer:
    def __init__(self, model, loader, accumulate=2):
        self.model = model
        self.loader = loader
        self.accumulate = accumulate
        self.optimizer = torch.optim.RMSprop(model.parameters(), lr=2e-3)

    def fit(self, epochs):
        for _ in range(epochs):
            self.run_epoch()

    def run_epoch(self):
        self.model.train()
        for step, (tokens, targets) in enumerate(self.loader, 1):
            loss = nn.functional.cross_entropy(self.model(tokens), targets)
            (loss / self.accumulate).backward()
            if step % self.accumulate == 0:
                self.optimizer.step()
                self.optimizer.zero_grad()


trainer = Trainer(SequenceClassifier(), DataLoader(Sequences(300), batch_size=20, shuffle=True))
trainer.fit(epochs=2)
