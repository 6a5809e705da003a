"""Count the words of a text file: a computation that is no machine learning."""

from collections import Counter
from pathlib import Path

words: Counter[str] = Counter()
with Path(__file__).with_name("walden.txt").open(encoding="utf-8") as text:
    lines = text.readlines()
for _ in range(2_000):
    words = Counter(word.strip(".,;:!?").lower() for line in lines for word in line.split())
print(", ".join(f"{word}: {count}" for word, count in words.most_common(5)))
