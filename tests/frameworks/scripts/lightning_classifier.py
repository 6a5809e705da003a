import lightning.pytorch as pl
import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset
from torchmetrics.classification import MulticlassAccuracy

pl.seed_everything(0)
x = torch.randn(320, 20)
y = (x[:, 0] > 0).long() + (x[:, 1] > 0).long()


class Classifier(pl.LightningModule):
    def __init__(self, hidden=32, lr=0.01):
        super().__init__()
        self.save_hyperparameters()
        self.net = nn.Sequential(nn.Linear(20, hidden), nn.ReLU(), nn.Linear(hidden, 3))
        self.loss = nn.CrossEntropyLoss()
        self.acc = MulticlassAccuracy(3, average="micro")

    def training_step(self, batch, index):
        inputs, targets = batch
        return self.loss(self.net(inputs), targets)

    def validation_step(self, batch, index):
        inputs, targets = batch
        self.acc(self.net(inputs), targets)
        self.log("val_acc", self.acc)

    def configure_optimizers(self):
        return torch.optim.Adam(self.parameters(), lr=self.hparams.lr)


train = DataLoader(TensorDataset(x[:256], y[:256]), batch_size=16, shuffle=True)
val = DataLoader(TensorDataset(x[256:], y[256:]), batch_size=16)
trainer = pl.Trainer(
    max_epochs=3,
    logger=False,
    enable_checkpointing=False,
    enable_progress_bar=False,
    enable_model_summary=False,
    accelerator="cpu",
)
trainer.fit(Classifier(), train, val)
