"""Tell good reviews from bad ones."""

from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import SGDClassifier
from sklearn.pipeline import Pipeline

reviews = [f"{word} film number {number} was {word}" for number in range(1000) for word in ("good", "bad")]
labels = [1, 0] * 1000
steps = [("words", TfidfVectorizer()), ("model", SGDClassifier(loss="log_loss", alpha=1e-3, random_state=0))]
model = Pipeline(steps).fit(reviews[:1600], labels[:1600])
print(model.score(reviews[1600:], labels[1600:]))
