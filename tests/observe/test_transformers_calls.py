"""Trainings, generations and pipelines of transformers that go another way than the usual one."""

import gc
import weakref

import pytest

torch = pytest.importorskip("torch")
transformers = pytest.importorskip("transformers")

from transformers import (  # noqa: E402 - not before the check that it is there
    AutoConfig,
    AutoModelForCausalLM,
    BertConfig,
    BertForSequenceClassification,
    GPT2Config,
    GPT2LMHeadModel,
    T5Config,
    T5ForConditionalGeneration,
    Trainer,
    TrainerCallback,
    TrainingArguments,
    YolosConfig,
    YolosForObjectDetection,
)

from ai_power_export.observe.frameworks.models import network_part  # noqa: E402
from ai_power_export.observe.gather import observed_facts  # noqa: E402
from ai_power_export.observe.observation import Doing  # noqa: E402
from ai_power_export.observe.watch import Watch  # noqa: E402

pytestmark = pytest.mark.slow

SMALL = {"vocab_size": 32, "n_positions": 64, "n_embd": 16, "n_layer": 2, "n_head": 2}


def gpt2(**settings):
    ends = {"bos_token_id": 0, "eos_token_id": 1, "pad_token_id": 2}
    return GPT2LMHeadModel(GPT2Config(**{**SMALL, **ends, **settings})).eval()


def trainer_of(model, folder, **arguments):
    blocks = [torch.arange(8) + i for i in range(12)]
    callbacks, optimizers = arguments.pop("callbacks", []), arguments.pop("optimizers", (None, None))
    settings = {"per_device_train_batch_size": 4, "save_strategy": "no", "report_to": [], "use_cpu": True}
    return Trainer(
        model=model,
        args=TrainingArguments(output_dir=str(folder), disable_tqdm=True, **{**settings, **arguments}),
        train_dataset=[{"input_ids": block, "labels": block} for block in blocks],
        callbacks=callbacks,
        optimizers=optimizers,
    )


def watched(job):
    """Run a job under a watch and return what was observed, of the first watched call alone."""
    watch = Watch()
    watch.start()
    try:
        job()
    except KeyboardInterrupt:
        pass
    finally:
        observations = watch.stop()
    assert watch.warnings == []
    return observations


def the_one(observations, *methods):
    (found,) = [seen for seen in observations if seen.method in (methods or ("train",))]
    return found


class Stop(TrainerCallback):
    """Breaks a training off as Ctrl+C does."""

    def __init__(self, step):
        self.step = step

    def on_step_end(self, args, state, control, **kwargs):
        if state.global_step == self.step:
            raise KeyboardInterrupt


# ---- training --------------------------------------------------------------------------------


def test_training_that_is_broken_off_counts_only_the_epochs_that_it_made(tmp_path):
    trainer = trainer_of(gpt2(), tmp_path, num_train_epochs=5, callbacks=[Stop(4)])
    seen = the_one(watched(trainer.train))
    assert seen.failed == 1
    assert seen.parts[0].said["epochsNumber"] == 1.333  # three steps are one
    assert seen.parts[0].parameters["num_train_epochs"] == 5


def test_training_that_is_broken_off_at_its_beginning_has_no_epochs(tmp_path):
    class StopAtOnce(TrainerCallback):
        def on_train_begin(self, args, state, control, **kwargs):
            raise KeyboardInterrupt

    trainer = trainer_of(gpt2(), tmp_path, callbacks=[StopAtOnce()])
    assert the_one(watched(trainer.train)).parts[0].said.get("epochsNumber") is None


def test_epochs_are_a_part_where_steps_run_out(tmp_path):
    trainer = trainer_of(gpt2(), tmp_path, max_steps=4)
    part = the_one(watched(trainer.train)).parts[0]
    assert part.said["epochsNumber"] == 1.333
    assert part.parameters["max_steps"] == 4
    assert "num_train_epochs" not in part.parameters


def test_resumed_training_counts_its_own_epochs(tmp_path):
    trainer_of(gpt2(), tmp_path, num_train_epochs=2, save_strategy="epoch").train()
    trainer = trainer_of(gpt2(), tmp_path, num_train_epochs=3)
    seen = the_one(watched(lambda: trainer.train(resume_from_checkpoint=True)))
    assert seen.parts[0].said["epochsNumber"] == 1


def test_own_optimizer_tells_its_settings_and_not_the_arguments(tmp_path):
    model = gpt2()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.25, momentum=0.9)
    trainer = trainer_of(model, tmp_path, learning_rate=1e-3, optimizers=(optimizer, None), max_steps=2)
    part = the_one(watched(trainer.train)).parts[0]
    assert part.said["optimizer"] == "sgd"
    assert (part.parameters["lr"], part.parameters["momentum"]) == (0.25, 0.9)
    assert not {"learning_rate", "optim"} & part.parameters.keys()


def test_secrets_and_folders_are_no_hyperparameters(tmp_path):
    secrets = {"hub_token": "hf_secret", "run_name": "for-customer", "logging_steps": 7}
    trainer = trainer_of(gpt2(), tmp_path, max_steps=1, **secrets)
    part = the_one(watched(trainer.train)).parts[0]
    assert "secret" not in str(part)
    assert "customer" not in str(part)
    assert str(tmp_path) not in str(part)


def test_nothing_of_a_training_is_kept_alive(tmp_path):
    watch = Watch()
    with watch:
        model = gpt2()
        trainer = trainer_of(model, tmp_path, max_steps=1)
        trainer.train()
        gone = [weakref.ref(model), weakref.ref(trainer)]
        trainer.accelerator.free_memory()
        del model, trainer
        gc.collect()
        assert [each() for each in gone] == [None, None]
        assert watch.cut()[0].parts


def test_evaluation_on_the_training_data_is_not_held_out(tmp_path):
    trainer = trainer_of(gpt2(), tmp_path)
    trainer.compute_metrics = lambda _: {"accuracy": 0.5, "balanced_accuracy": 0.7}

    def job():
        trainer.evaluate(trainer.train_dataset)
        trainer.evaluate([{"input_ids": torch.arange(8), "labels": torch.arange(8)}])

    same, other = watched(job)
    assert (same.accuracy, same.seen_before) == (0.5, "same")
    assert (other.accuracy, other.seen_before) == (0.5, "")
    assert same.does is Doing.EVALUATES


def test_accuracy_that_is_no_share_is_none(tmp_path):
    trainer = trainer_of(gpt2(), tmp_path, max_steps=1)
    for accuracy in (87.5, float("nan"), "high", None):
        trainer.compute_metrics = lambda _, accuracy=accuracy: {"accuracy": accuracy}
        trainer.log = lambda *_: None
        assert watched(lambda: trainer.evaluate(trainer.train_dataset))[0].accuracy is None


# ---- where weights come from -----------------------------------------------------------------


def test_model_from_the_configuration_of_another_is_not_pretrained(tmp_path):
    gpt2().save_pretrained(tmp_path / "saved")

    def job():
        config = AutoConfig.from_pretrained(tmp_path / "saved")
        trainer_of(AutoModelForCausalLM.from_config(config), tmp_path / "out", max_steps=1).train()

    seen = the_one(watched(job))
    assert seen.does is Doing.TRAINS
    assert "foundationModelName" not in seen.parts[0].said


def test_model_from_a_folder_is_trained_further_and_keeps_its_name_to_itself(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    gpt2().save_pretrained("customer/model")

    def job():
        trainer_of(AutoModelForCausalLM.from_pretrained("customer/model"), tmp_path, max_steps=1).train()

    seen = the_one(watched(job))
    assert seen.does is Doing.FINETUNES
    assert seen.parts[0].said["trainingType"] == "transferLearning"
    assert "customer" not in str(seen)


def test_model_that_was_loaded_before_the_watch_began_is_known_by_its_traces(tmp_path):
    gpt2().save_pretrained(tmp_path / "saved")
    loaded = AutoModelForCausalLM.from_pretrained(tmp_path / "saved")
    made = AutoModelForCausalLM.from_config(AutoConfig.from_pretrained(tmp_path / "saved"))
    for model, does in ((loaded, Doing.FINETUNES), (made, Doing.TRAINS)):
        trainer = trainer_of(model, tmp_path, max_steps=1)
        assert the_one(watched(trainer.train)).does is does


# ---- generation ------------------------------------------------------------------------------


def generated(model, **inputs):
    seen = the_one(watched(lambda: model.generate(**inputs)), "generate")
    return seen.data and seen.data.rows, seen.output and seen.output.rows


def test_padding_is_not_counted_as_tokens():
    prompts = torch.tensor([[2, 2, 5, 6], [7, 8, 9, 5]])
    mask = torch.tensor([[0, 0, 1, 1], [1, 1, 1, 1]])
    model = gpt2()
    assert generated(model, input_ids=prompts, attention_mask=mask, min_new_tokens=5, max_new_tokens=5) == (
        6,
        10,
    )

    class EndFirst(transformers.LogitsProcessor):
        """Ends the first text after two tokens, and never the second."""

        def __call__(self, tokens, scores):
            scores[:, 1] = -float("inf")
            if tokens.shape[1] == prompts.shape[1] + 1:
                scores[0] = -float("inf")
                scores[0, 1] = 0.0
            return scores

    ends = {"max_new_tokens": 6, "logits_processor": [EndFirst()]}
    assert generated(model, input_ids=prompts, attention_mask=mask, **ends) == (6, 2 + 6)


def test_prompts_of_different_lengths_without_a_mask_are_not_counted():
    read, made = generated(
        gpt2(), input_ids=torch.ones(2, 4, dtype=torch.long), max_new_tokens=3, min_new_tokens=3
    )
    assert (read, made) == (None, 6)


def test_model_with_encoder_gives_only_new_tokens_back():
    model = T5ForConditionalGeneration(
        T5Config(vocab_size=32, d_model=16, d_ff=32, num_layers=3, num_decoder_layers=2, num_heads=2, d_kv=8)
    ).eval()
    inputs = {"input_ids": torch.arange(3, 8)[None], "decoder_start_token_id": 0}
    assert generated(model, **inputs, min_new_tokens=4, max_new_tokens=4) == (5, 4)
    assert network_part(model).said["layersNumber"] == 5


def test_result_in_parts_is_counted():
    inputs = {"input_ids": torch.arange(3, 8)[None], "return_dict_in_generate": True, "output_scores": True}
    assert generated(gpt2(), **inputs, min_new_tokens=4, max_new_tokens=4) == (5, 4)


def test_tokens_of_an_assistant_are_not_counted_twice():
    model, assistant = gpt2(eos_token_id=None), gpt2(eos_token_id=None, n_layer=1)
    inputs = {"input_ids": torch.arange(3, 8)[None], "max_new_tokens": 6, "do_sample": False}
    assert generated(model, assistant_model=assistant, **inputs) == (5, 6)


def test_embeddings_as_prompt_are_no_tokens():
    inputs = {"inputs_embeds": torch.randn(1, 4, 16), "min_new_tokens": 3, "max_new_tokens": 3}
    assert generated(gpt2(), **inputs) == (None, 3)


# ---- pipelines -------------------------------------------------------------------------------


def tokenizer():
    from tokenizers import Tokenizer, models, pre_tokenizers

    words = Tokenizer(models.WordLevel({f"w{i}": i for i in range(32)}, unk_token="w0"))
    words.pre_tokenizer = pre_tokenizers.Whitespace()
    return transformers.PreTrainedTokenizerFast(tokenizer_object=words, pad_token="w2", unk_token="w0")


def judge():
    small = {"vocab_size": 32, "hidden_size": 16, "num_hidden_layers": 1, "num_attention_heads": 2}
    model = BertForSequenceClassification(BertConfig(**small, intermediate_size=16, pad_token_id=2))
    return transformers.pipeline("text-classification", model=model, tokenizer=tokenizer(), device="cpu")


def test_texts_that_are_answered_one_by_one_are_requests_of_their_own():
    pipeline = judge()
    texts = (f"w{i} w4 w5" for i in range(3, 9))
    seen = [each for each in watched(lambda: list(pipeline(texts))) if each.parts]
    assert [(each.method, each.count, each.fed.rows, each.does) for each in seen] == [
        ("forward", 6, 6, Doing.ANSWERS)
    ]


def test_single_text_and_many_labels():
    pipeline = judge()
    (one,) = watched(lambda: pipeline("w3 w4"))
    (many,) = watched(lambda: pipeline(["w3 w4", "w5"], top_k=2))
    assert (one.fed.rows, one.output.rows) == (1, 1)
    assert (many.fed.rows, many.output.rows, many.output.data_type) == (2, 4, "word")


def test_conversation_is_one_request_and_settings_are_those_in_force():
    words = tokenizer()
    words.chat_template = "{% for each in messages %}{{ each.content }} {% endfor %}"
    pipeline = transformers.pipeline("text-generation", model=gpt2(), tokenizer=words, device="cpu")
    chat = [{"role": "user", "content": "w3 w4"}]
    (seen,) = watched(lambda: pipeline(chat, min_new_tokens=3, max_new_tokens=3, do_sample=False))
    assert (seen.count, seen.fed.rows, seen.output.rows, seen.output.data_type) == (1, 1, 3, "token")
    assert seen.parts[0].parameters["max_new_tokens"] == 3


# ---- models ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("settings", "kind"),
    [
        ({"num_labels": 1}, "regression"),
        ({"num_labels": 3}, ""),
        ({"num_labels": 3, "problem_type": "regression"}, "regression"),
    ],
)
def test_labels_tell_whether_a_sequence_classifier_is_trained_to_numbers(settings, kind):
    small = {"vocab_size": 32, "hidden_size": 16, "num_hidden_layers": 1, "num_attention_heads": 2}
    model = BertForSequenceClassification(BertConfig(**small, intermediate_size=16, **settings))
    assert network_part(model).kind == kind


def test_quantized_weights_have_the_format_of_their_configuration():
    model = gpt2()

    class Quantizer:
        pass

    model.hf_quantizer = Quantizer()
    for config, word in (
        (transformers.BitsAndBytesConfig(load_in_4bit=True, bnb_4bit_quant_type="nf4"), "nf4"),
        (transformers.BitsAndBytesConfig(load_in_8bit=True), "int8"),
        (transformers.GPTQConfig(bits=4, dataset=["a text"]), "int4"),
        (transformers.AwqConfig(bits=4), "int4"),
        (transformers.QuantoConfig(weights="int8"), "int8"),
    ):
        model.hf_quantizer.quantization_config = config
        assert network_part(model).said["quantization"] == word


def test_adapter_tells_its_settings_and_the_model_inside():
    peft = pytest.importorskip("peft")
    settings = {
        "r": 2,
        "lora_alpha": 4,
        "lora_dropout": 0.1,
        "target_modules": ["c_attn"],
        "fan_in_fan_out": True,
    }
    part = network_part(peft.get_peft_model(gpt2(), peft.LoraConfig(task_type="CAUSAL_LM", **settings)))
    assert part.class_path == "transformers.models.gpt2.modeling_gpt2.GPT2LMHeadModel"
    assert (part.said["optimizer"], part.said["layersNumber"]) == ("lora", 2)
    assert settings.items() <= part.parameters.items()


def test_model_of_images_is_a_transformer_by_its_type():
    small = {"hidden_size": 16, "num_hidden_layers": 2, "num_attention_heads": 2, "intermediate_size": 16}
    said = network_part(YolosForObjectDetection(YolosConfig(**small, image_size=[32, 32], patch_size=8))).said
    assert (said["algorithmType"], said["layersNumber"]) == ("transformer", 2)


def test_model_with_a_strange_configuration_is_measured_all_the_same():
    model = gpt2()
    vars(model.config).update(n_layer="two", _name_or_path=object(), id2label=None)
    assert network_part(model).said["parametersNumber"] > 0


def test_facts_of_a_generation_name_settings_of_the_call_and_of_the_model():
    model = gpt2()
    model.generation_config.temperature = 0.5
    prompt = {"input_ids": torch.arange(3, 8)[None], "do_sample": True, "max_new_tokens": 2}
    facts = observed_facts(watched(lambda: model.generate(**prompt)), measured_seconds=1.0)
    assert facts.value("task.algorithms.hyperparameters") == {
        "do_sample": True,
        "max_new_tokens": 2,
        "temperature": 0.5,
    }
    assert facts.value("evidence.hyperparameters.defaults") == ["temperature"]
