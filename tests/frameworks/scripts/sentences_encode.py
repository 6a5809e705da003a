"""Texts are turned into embeddings, and compared."""

from tiny_sentence_transformer import tiny_model

model = tiny_model()
texts = [f"a secret number {number}" for number in range(40)]
embeddings = model.encode(texts, batch_size=8, normalize_embeddings=True)
print(embeddings.shape, model.similarity(embeddings, embeddings).shape)
