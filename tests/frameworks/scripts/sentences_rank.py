"""Documents are put in order for a question by a cross-encoder."""

from sentence_transformers import CrossEncoder
from tiny_sentence_transformer import save_tiny_bert
from transformers import BertForSequenceClassification

model = CrossEncoder(save_tiny_bert(BertForSequenceClassification, num_labels=1), device="cpu")
documents = [f"document {number}" for number in range(20)]
for question in ("who", "when", "why"):
    print(model.rank(question, documents)[0]["corpus_id"])
