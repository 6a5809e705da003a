"""Ordinary values that reports hold, each with the field it stands in: none of them is anybody's secret."""

from __future__ import annotations

import inspect
import json

from ai_power_export.report.format.boamps import FIELDS
from ai_power_export.vocabulary.catalogue import FOLDER, load_catalogue

ALGORITHM, DATASET, COMPONENT = "task.algorithms", "task.dataset", "infrastructure.components"
DESCRIPTION = "task.taskDescription"

MODELS = [
    "meta-llama/Llama-3.1-8B", "meta-llama/Meta-Llama-3-70B-Instruct", "mistralai/Mixtral-8x7B-Instruct-v0.1",
    "google-bert/bert-base-uncased", "openai/whisper-large-v3", "TheBloke/Mixtral-8x7B-Instruct-v0-1-GPTQ-4bit-32g",
    "sentence-transformers/paraphrase-multilingual-MiniLM-L12-v2", "stabilityai/stable-diffusion-xl-base-1.0",
    "Qwen/Qwen2.5-72B-Instruct-GPTQ-Int4", "deepseek-ai/DeepSeek-R1-Distill-Llama-8B", "microsoft/phi-3-mini-4k-instruct",
    "facebook/opt-125m", "EleutherAI/pythia-160m-deduped", "bigscience/bloom-560m", "gpt2", "t5-small", "resnet50",
    "efficientnet_b0", "vit_base_patch16_224.augreg2_in21k_ft_in1k", "convnext_tiny.fb_in22k_ft_in1k_384",
    "yolov8n.pt", "llama3.1-8b", "gpt-4o-2024-08-06", "claude-3-5-sonnet-20241022", "text-embedding-3-large",
    "sk-learn random forest", "sk-resnet-variant", "hf-internal-testing/tiny-random-gpt2", "nvidia/Llama-3.1-Nemotron-70B",
    "xgboost", "en_core_web_sm", "all-MiniLM-L6-v2", "facebook/wav2vec2-base-960h", "black-forest-labs/FLUX.1-dev",
]  # fmt: skip
URLS = [
    "https://huggingface.co/meta-llama/Llama-3.1-8B", "https://huggingface.co/datasets/rajpurkar/squad",
    "https://huggingface.co/datasets/HuggingFaceFW/fineweb-edu-score-2", "https://github.com/Boavizta/BoAmps/tree/main/model",
    "https://github.com/pytorch/vision/releases/download/v0.19.0/weights.pth", "https://doi.org/10.24432/C56C76",
    "https://raw.githubusercontent.com/mwaskom/seaborn-data/master/iris.csv?raw=true", "https://openml.org/d/554",
    "https://archive.ics.uci.edu/dataset/80/optical+recognition+of+handwritten+digits", "https://arxiv.org/abs/2104.10350",
    "https://scikit-learn.org/stable/modules/generated/sklearn.ensemble.RandomForestClassifier.html#methods",
    "https://storage.googleapis.com/tensorflow/tf-keras-datasets/mnist.npz", "https://zenodo.org/records/1234567",
    "https://pytorch.org/docs/stable/generated/torch.nn.Linear.html", "https://www.kaggle.com/c/titanic/data",
    "https://github.com/org/repo/commit/0ffe9bf1d2c3b4a5968778695a4b3c2d1e0f1122", "http://yann.lecun.com/exdb/mnist/",
    "https://dl.fbaipublicfiles.com/fasttext/vectors-crawl/cc.en.300.bin.gz", "https://creativecommons.org/licenses/by/4.0/",
    "https://data.gouv.fr/fr/datasets/r/3a0d2e5b-9f0e-4b8e-8a49-b4f3e2a1c7d1", "ftp://ftp.ncbi.nlm.nih.gov/genomes/README.txt",
    "https://s3.amazonaws.com/fast-ai-imageclas/imagenette2.tgz", "hf://datasets/imdb/plain_text/train.parquet",
    "https://example.org:8443/data/set.csv", "https://en.wikipedia.org/wiki/Nice_(France)",
]  # fmt: skip
HARDWARE = [
    "NVIDIA A100-SXM4-80GB", "NVIDIA H100 80GB HBM3", "Tesla V100S-PCIE-32GB", "NVIDIA GeForce RTX 4090", "Tesla T4",
    "AMD Instinct MI300X", "Apple M2 Max", "Intel(R) Xeon(R) Platinum 8480+", "AMD EPYC 7763 64-Core Processor",
    "Intel(R) Core(TM) i9-13900K CPU @ 3.00GHz (24 cores, 32 threads)", "13th Gen Intel(R) Core(TM) i7-1365U",
    "ARM Neoverse-N1", "Google TPU v5e", "Ampere Altra Q80-30", "1 x NVIDIA A100 (MIG 1g.10gb)", "64 GB DDR5-4800",
]  # fmt: skip
SENTENCES = [
    "Trained RandomForestClassifier (scikit-learn 1.9.1) on image data of shape (1347, 64).",
    "Fine-tuned Llama-3.1-8B (transformers 5.1.0, lora) on text data of 52000 items, 4096 tokens each.",
    "Ran bert-base-uncased; the author of the data is the secretary of the society for tokenization.",
    "Input/output of the train/test split is 80/20, the ratio km/h and kWh/100 requests are told.",
    "precision@10 and NDCG@5 rose, mAP@0.5:0.95 fell from 0.4123, 0.3987 to 0.3811, 0.3790.",
    "The energy includes a PUE of 1.2. The token budget is 128000 tokens; max_new_tokens=256.",
    "pad_token=<pad>, eos_token=</s>, tokenizer: BPE, token_pattern=(?u)\\b\\w\\w+\\b, temperature=0.7",
    "CUDA 12.4.1, cuDNN 9.1.0.70, driver 550.54.14, opencv-python 4.10.0.84, Windows 10.0.19045",
    "Begun 2026-11-22 11:55:43, ended 12:30:45 UTC; commit 0ffe9bf1d2c3b4a5968778695a4b3c2d1e0f1122.",
    "Run in Paris, Île-de-France (France); electricity: 65% nuclear. Data centre: europe-west9-a.",
    "std::vector and torch.nn.functional.scaled_dot_product_attention are used, C:\\ is full, w/ and w/o dropout.",
    "Read from /proc/cpuinfo and /sys/class/powercap; POST /v1/chat/completions took 3.2 s.",
    "Learning rate 1e-4, betas (0.9, 0.999), 3 epochs, batch size 64, seed 42; see Vaswani et al. (2017).",
    "A password manager's classifier of phishing e-mail; secrets are synthetic, keys are indexed by row.",
    "Auth flows and API keys are the topic of the corpus; the secret is a larger batch.",
    "Lat. and long. are rounded; 12 x 8 GB; ratio 16:9; DDR5-4800; IPv6 traffic; GPU-accelerated, MIG-enabled.",
    "Le modèle a été entraîné sur des données tabulaires, à Grenoble, par l'équipe « énergie ».",
    "Das Modell wurde 10 Minuten trainiert; Genauigkeit 97,8 %, Schlüsselwörter: Wald, Baum.",
    "@property and @lru_cache are decorators; user@ and @k are no addresses, ~5 GB, ~10 min, #3 & 50%.",
    "sha256:2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae is the hash of the weights.",
]
SETTINGS = {
    "pad_token": "<pad>", "eos_token_id": 2, "token_pattern": r"(?u)\b\w\w+\b", "max_new_tokens": 256,
    "image_token": "<image>", "tokens": 128000, "auth": None, "use_auth_token": False, "token": True, "key": "age",
    "random_key": 42, "sort_key": "date", "author": "Breiman", "secretary_problem": "yes", "class_token": True,
    "decoder_start_token_id": 0, "unk_token": "[UNK]", "keyword": "forest", "monkey": "patch", "tokenizer": "bpe",
    "token_type_ids": [0, 1], "activation": "relu", "kernel": "rbf", "solver": "lbfgs", "criterion": "gini",
    "learning_rate": 0.001, "betas": [0.9, 0.999], "objective": "binary:logistic", "metric": "mAP@0.5:0.95",
    "target_modules": "all-linear", "pattern": "model.layers.*.self_attn", "date_format": "%Y-%m-%d/%H:%M",
    "regex": r"^(?:\d{1,2}/){2}\d{4}$", "window": "hann", "device": "cuda:0", "dtype": "torch.bfloat16",
    "split": "train[:80%]", "grid": "1/2", "interval": "0.1,0.2", "subset": "wikitext-2-raw-v1", "path": "data/train.csv",
}  # fmt: skip
WORDS = {
    "header.licensing": ["CC-BY-4.0", "MIT", "Apache-2.0", "ODbL-1.0", "Etalab 2.0", "all rights reserved"],
    "header.publisher.name": ["Boavizta", "Université Grenoble Alpes", "Data For Good", "ACME Corp. (R&D)"],
    "header.publisher.projectName": ["digits-study", "token-economy", "home-office", "secret-santa"],
    "header.reportId": ["dd43ca44-efd2-4a42-8fbe-e6b694cbe117", "61e221e2-2736-4b56-9590-6020938641b5"],
    "header.publisher.publicKey": ["AAAAC3NzaC1lZDI1NTE5AAAAIDm3r8Q2uYk7pZ0XvT5cW9aLhB4sJ6eNfG1oRq2KtUyV"],
    "measures.version": ["3.3.2", "10.0.0.1", "0.1.dev3+g1a2b3c4", "2.0.0rc1"],
    "measures.cpuTrackingMode": ["rapl", "cpu_load", "constant"],
    "system.distribution": ["debian", "ubuntu", "rocky linux", "home", "Windows Server"],
    "system.distributionVersion": ["12", "24.04", "10.0.19045", "11 (Bullseye)"],
    "software.version": ["3.11.7", "3.14.0", "1.10.2"],
    "infrastructure.cloudProvider": ["aws", "azure", "gcp", "ovh", "on premise"],
    "infrastructure.cloudInstance": ["a1.large", "p4d.24xlarge", "n1-standard-8", "Standard_NC6s_v3"],
    "infrastructure.cloudService": ["SageMaker", "Vertex AI", "Azure OpenAI Service"],
    f"{DATASET}.owner": ["UCI", "Stanford University", "Zalando SE", "INSEE", "Hugging Face"],
    f"{DATASET}.shape": ["(1347, 64)", "(60000, 28, 28)", "[12, 1000]"],
    f"{ALGORITHM}.frameworkVersion": ["1.9.1", "2.13.0+cpu", "4.10.0.84", "10.1.243"],
    f"{ALGORITHM}.optimizer": ["adam", "lora", "gridSearch", "adamw_torch_fused", "lbfgs"],
    f"{ALGORITHM}.quantization": ["fp16", "int8", "nf4", "bf16", "GPTQ 4bit"],
    "task.taskFamily": [
        "imageClassification",
        "textGeneration",
        "tabularClassification",
        "named entity recognition",
    ],
    "environment.location": [
        "Paris",
        "Nice (France)",
        "eu-west-3",
        "Data centre 2, Lyon",
        "São Paulo",
        "Local, Idaho",
    ],
}
MOST_OF_A_FRAMEWORK = 25
"""Classes of one framework, so that no framework counts for all."""


def ordinary() -> list[tuple[str, object]]:
    """Return pairs of field and value, each once."""
    import pycountry

    found: list[tuple[str, object]] = [(f"{ALGORITHM}.{name}", model) for model in MODELS for name in NAMES]
    found += [(f"{DATASET}.sourceUri", url) for url in URLS] + [
        (DESCRIPTION, f"Data: {url}.") for url in URLS
    ]
    found += [(f"{COMPONENT}.componentName", name) for name in HARDWARE]
    found += [(DESCRIPTION, sentence) for sentence in SENTENCES]
    found += [(DESCRIPTION, f"{field.path}: {field.description}") for field in FIELDS]
    found += [(f"{ALGORITHM}.hyperparameters.{name}", value) for name, value in SETTINGS.items()]
    found += [(field, word) for field, words in WORDS.items() for word in words]
    found += [("environment.country", country.name) for country in pycountry.countries]
    for path in _classes():
        entry = load_catalogue().entry(path)
        found.append((f"{ALGORITHM}.classPath", path))
        found.append((DESCRIPTION, f"Trained {path}"))
        if entry is not None and entry.uri:
            found.append((f"{ALGORITHM}.algorithmUri", entry.uri))
    found += _constructor_defaults()
    return list({json.dumps(pair): pair for pair in found}.values())


NAMES = ("algorithmName", "foundationModelName")


def _classes() -> list[str]:
    roots = sorted(path.stem for path in FOLDER.glob("*.toml"))
    return [path for root in roots for path in load_catalogue().paths(root)[:MOST_OF_A_FRAMEWORK]]


def _constructor_defaults() -> list[tuple[str, object]]:
    """Return the constructor parameters of scikit-learn's estimators with their defaults."""
    from sklearn.utils import all_estimators

    plain = (str, int, float, bool, type(None))
    return [
        (f"{ALGORITHM}.hyperparameters.{name}", parameter.default)
        for _, estimator in all_estimators()
        for name, parameter in inspect.signature(estimator.__init__).parameters.items()
        if isinstance(parameter.default, plain)
    ]
