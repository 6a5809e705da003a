"""Train with CatBoost's function on a frame with texts in it."""

import pandas as pd
from catboost import Pool, train

frame = pd.DataFrame({"colour": ["red", "green", "blue", "red"] * 100, "size": range(400)})
pool = Pool(frame, label=[float(number % 7) for number in range(400)], cat_features=["colour"])
model = train(
    pool, {"loss_function": "MAE", "depth": 3, "verbose": False, "allow_writing_files": False}, iterations=40
)
print(model.predict(frame).mean())
