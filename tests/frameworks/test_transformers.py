"""Scripts that train, generate and answer with transformers, PEFT and TRL, and what their reports say."""

import pytest

pytest.importorskip("torch")
pytest.importorskip("transformers")

pytestmark = pytest.mark.slow

ALGORITHM = "task.algorithms[0]"
INPUT, OUTPUT = "task.dataset[0]", "task.dataset[1]"


def test_classifier_of_texts_is_trained(said):
    pytest.importorskip("datasets")
    found = said("transformers_classification.py")
    expected = {
        "task.taskStage": "training",
        "task.taskFamily": "textClassification",
        "task.nbRequest": None,
        f"{ALGORITHM}.trainingType": "supervisedLearning",
        f"{ALGORITHM}.algorithmType": "transformer",
        f"{ALGORITHM}.algorithmName": "bert",
        f"{ALGORITHM}.algorithmUri": None,
        f"{ALGORITHM}.foundationModelName": None,
        f"{ALGORITHM}.foundationModelUri": None,
        f"{ALGORITHM}.parametersNumber": 1.9746e-05,
        f"{ALGORITHM}.framework": "transformers",
        f"{ALGORITHM}.classPath": "transformers.BertForSequenceClassification",
        f"{ALGORITHM}.layersNumber": 2,
        f"{ALGORITHM}.epochsNumber": 3,
        f"{ALGORITHM}.optimizer": "adamW",
        f"{ALGORITHM}.quantization": "fp32",
        "task.algorithms[1]": None,
        f"{INPUT}.dataType": "text",
        f"{INPUT}.dataQuantity": 64,
        f"{INPUT}.dataFormat": None,
        f"{INPUT}.shape": None,
        f"{INPUT}.source": None,
        f"{INPUT}.sourceUri": None,
        OUTPUT: None,
        "hyperparameters.learning_rate": 5e-3,
        "hyperparameters.per_device_train_batch_size": 8,
        "hyperparameters.gradient_accumulation_steps": 2,
        "hyperparameters.total_train_batch_size": 16,
        "hyperparameters.weight_decay": 0.01,
        "hyperparameters.num_train_epochs": 3,
        "hyperparameters.lr_scheduler_type": "linear",
        "hyperparameters.output_dir": None,
    }
    assert found.values(expected) == expected
    assert 0 <= found.value("task.measuredAccuracy") <= 1


def test_language_model_is_trained_from_its_configuration(said):
    found = said("transformers_pretraining.py")
    expected = {
        "task.taskStage": "training",
        "task.taskFamily": "textGeneration",
        f"{ALGORITHM}.trainingType": "selfSupervisedLearning",
        f"{ALGORITHM}.algorithmType": "llm",
        f"{ALGORITHM}.algorithmName": "gpt2",
        f"{ALGORITHM}.foundationModelName": None,
        f"{ALGORITHM}.parametersNumber": 4.1248e-05,
        f"{ALGORITHM}.classPath": "transformers.GPT2LMHeadModel",
        f"{ALGORITHM}.layersNumber": 3,
        f"{ALGORITHM}.epochsNumber": 1.5,
        f"{ALGORITHM}.optimizer": "adafactor",
        f"{ALGORITHM}.quantization": "fp32",
        f"{INPUT}.dataType": "text",
        f"{INPUT}.dataQuantity": 32,
        OUTPUT: None,
        "task.measuredAccuracy": None,
        "hyperparameters.max_steps": 12,
        "hyperparameters.learning_rate": 1e-3,
        "hyperparameters.lr_scheduler_type": "cosine",
        "hyperparameters.warmup_steps": 2,
        "hyperparameters.num_train_epochs": None,
        "hyperparameters.hub_token": None,
    }
    assert found.values(expected) == expected
    assert "hf_0000" not in f"{found.report}{found.evidence}"


def test_model_of_the_hub_is_trained_further_to_numbers(said):
    pytest.importorskip("datasets")
    found = said("transformers_finetuning.py")
    expected = {
        "task.taskStage": "finetuning",
        "task.taskFamily": "regression",
        f"{ALGORITHM}.trainingType": "transferLearning",
        f"{ALGORITHM}.algorithmType": "transformer",
        f"{ALGORITHM}.algorithmName": "bert",
        f"{ALGORITHM}.foundationModelName": "acme/tiny-bert",
        f"{ALGORITHM}.foundationModelUri": "https://huggingface.co/acme/tiny-bert",
        f"{ALGORITHM}.parametersNumber": 3.6737e-05,
        f"{ALGORITHM}.classPath": "transformers.BertForSequenceClassification",
        f"{ALGORITHM}.layersNumber": 2,
        f"{ALGORITHM}.epochsNumber": 2,
        f"{ALGORITHM}.optimizer": "adamW",
        "task.algorithms[1]": None,
        f"{INPUT}.dataType": "text",
        f"{INPUT}.dataQuantity": 48,
        f"{INPUT}.dataSize": 1.344e-06,
        OUTPUT: None,
    }
    assert found.values(expected) == expected


def test_model_of_the_users_own_folder_is_trained_further_and_not_named(said):
    pytest.importorskip("datasets")
    found = said("transformers_own_folder.py")
    expected = {
        "task.taskStage": "finetuning",
        "task.taskFamily": "textGeneration",
        f"{ALGORITHM}.trainingType": "transferLearning",
        f"{ALGORITHM}.algorithmType": "llm",
        f"{ALGORITHM}.algorithmName": "llama",
        f"{ALGORITHM}.foundationModelName": None,
        f"{ALGORITHM}.foundationModelUri": None,
        f"{ALGORITHM}.classPath": "transformers.LlamaForCausalLM",
        f"{ALGORITHM}.layersNumber": 2,
        f"{ALGORITHM}.epochsNumber": 2,
        f"{ALGORITHM}.quantization": "fp32",
        f"{INPUT}.dataType": "text",
        f"{INPUT}.dataQuantity": 40,
        "hyperparameters.bf16": True,
    }
    assert found.values(expected) == expected
    assert "customer" not in str(found.report)


def test_adapter_is_trained(said):
    pytest.importorskip("peft")
    found = said("peft_lora.py")
    expected = {
        "task.taskStage": "finetuning",
        "task.taskFamily": "textGeneration",
        f"{ALGORITHM}.trainingType": "transferLearning",
        f"{ALGORITHM}.algorithmType": "llm",
        f"{ALGORITHM}.algorithmName": "llama",
        f"{ALGORITHM}.parametersNumber": 2.576e-05,
        f"{ALGORITHM}.framework": "transformers",
        f"{ALGORITHM}.classPath": "transformers.LlamaForCausalLM",
        f"{ALGORITHM}.layersNumber": 2,
        f"{ALGORITHM}.epochsNumber": 2,
        f"{ALGORITHM}.optimizer": "lora",
        f"{ALGORITHM}.quantization": "fp32",
        "task.algorithms[1]": None,
        f"{INPUT}.dataType": "text",
        f"{INPUT}.dataQuantity": 40,
        "hyperparameters.r": 4,
        "hyperparameters.lora_alpha": 16,
        "hyperparameters.lora_dropout": 0.1,
        "hyperparameters.target_modules": ["q_proj", "v_proj"],
        "hyperparameters.trainable_parameters": 1024,
        "hyperparameters.learning_rate": 1e-3,
    }
    assert found.values(expected) == expected


def test_trainer_of_trl_is_a_trainer(said):
    pytest.importorskip("trl")
    found = said("trl_sft.py")
    expected = {
        "task.taskStage": "training",
        "task.taskFamily": "textGeneration",
        f"{ALGORITHM}.algorithmType": "llm",
        f"{ALGORITHM}.algorithmName": "llama",
        f"{ALGORITHM}.foundationModelName": None,
        f"{ALGORITHM}.parametersNumber": 2.1472e-05,
        f"{ALGORITHM}.classPath": "transformers.LlamaForCausalLM",
        f"{ALGORITHM}.layersNumber": 2,
        f"{ALGORITHM}.epochsNumber": 2,
        f"{ALGORITHM}.optimizer": "adamW",
        "task.algorithms[1]": None,
        f"{INPUT}.dataType": "text",
        f"{INPUT}.dataQuantity": 40,
        "hyperparameters.max_length": 16,
        "hyperparameters.learning_rate": 2e-5,
    }
    assert found.values(expected) == expected


def test_model_generates_tokens(said):
    found = said("transformers_generate.py")
    expected = {
        "task.taskStage": "inference",
        "task.taskFamily": "textGeneration",
        "task.nbRequest": 6,
        f"{ALGORITHM}.trainingType": None,
        f"{ALGORITHM}.algorithmType": "llm",
        f"{ALGORITHM}.algorithmName": "gpt2",
        f"{ALGORITHM}.parametersNumber": 3.1616e-05,
        f"{ALGORITHM}.classPath": "transformers.GPT2LMHeadModel",
        f"{ALGORITHM}.layersNumber": 2,
        f"{ALGORITHM}.epochsNumber": None,
        f"{ALGORITHM}.optimizer": None,
        f"{INPUT}.dataUsage": "input",
        f"{INPUT}.dataType": "token",
        f"{INPUT}.dataQuantity": 6.5,
        f"{OUTPUT}.dataUsage": "output",
        f"{OUTPUT}.dataType": "token",
        f"{OUTPUT}.dataQuantity": 20,
        "hyperparameters.max_new_tokens": 20,
        "hyperparameters.do_sample": True,
        "hyperparameters.temperature": 0.7,
        "hyperparameters.top_k": None,
    }
    assert found.values(expected) == expected


def test_pipeline_generates_tokens_from_texts(said):
    found = said("transformers_text_generation.py")
    expected = {
        "task.taskStage": "inference",
        "task.taskFamily": "textGeneration",
        "task.nbRequest": 3,
        f"{ALGORITHM}.algorithmName": "llama",
        f"{ALGORITHM}.classPath": "transformers.LlamaForCausalLM",
        "task.algorithms[1]": None,
        f"{INPUT}.dataType": "text",
        f"{INPUT}.dataQuantity": 2,
        f"{OUTPUT}.dataType": "token",
        f"{OUTPUT}.dataQuantity": 16,
        "hyperparameters.max_new_tokens": 8,
        "hyperparameters.do_sample": False,
    }
    assert found.values(expected) == expected


def test_pipeline_answers_with_labels(said):
    found = said("transformers_text_classification.py")
    expected = {
        "task.taskStage": "inference",
        "task.taskFamily": "textClassification",
        "task.nbRequest": 5,
        f"{ALGORITHM}.algorithmName": "distilBert",
        f"{ALGORITHM}.algorithmType": "transformer",
        f"{ALGORITHM}.parametersNumber": 4.3458e-05,
        f"{ALGORITHM}.classPath": "transformers.DistilBertForSequenceClassification",
        f"{ALGORITHM}.layersNumber": 3,
        f"{INPUT}.dataType": "text",
        f"{INPUT}.dataQuantity": 4,
        f"{OUTPUT}.dataType": "word",
        f"{OUTPUT}.dataQuantity": 4,
    }
    assert found.values(expected) == expected


def test_classifier_of_images_is_trained_and_evaluated(said):
    found = said("transformers_images.py")
    expected = {
        "task.taskStage": "training",
        "task.taskFamily": "imageClassification",
        f"{ALGORITHM}.trainingType": "supervisedLearning",
        f"{ALGORITHM}.algorithmType": "transformer",
        f"{ALGORITHM}.algorithmName": "visionTransformer",
        f"{ALGORITHM}.parametersNumber": 2.4003e-05,
        f"{ALGORITHM}.classPath": "transformers.ViTForImageClassification",
        f"{ALGORITHM}.layersNumber": 2,
        f"{ALGORITHM}.epochsNumber": 2,
        f"{INPUT}.dataType": "image",
        f"{INPUT}.dataQuantity": 60,
        f"{INPUT}.shape": None,
        OUTPUT: None,
    }
    assert found.values(expected) == expected
    assert 0 <= found.value("task.measuredAccuracy") <= 1
