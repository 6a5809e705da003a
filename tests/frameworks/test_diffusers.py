"""What is said of pipelines of Diffusers that paint from noise, or what they are told."""

from __future__ import annotations

import gc
import weakref

import pytest

diffusers = pytest.importorskip("diffusers")

import numpy as np  # noqa: E402
from diffusers import DDPMPipeline, DDPMScheduler, UNet2DModel  # noqa: E402
from PIL import Image  # noqa: E402

from ai_power_export.observe.frameworks.diffusers_outputs import describe_output  # noqa: E402
from ai_power_export.observe.frameworks.diffusers_pipelines import kind_of_task  # noqa: E402
from ai_power_export.observe.frameworks.models import network_part  # noqa: E402
from ai_power_export.observe.watch import Watch  # noqa: E402

pytestmark = pytest.mark.slow

UNCONDITIONAL = {
    "task.taskStage": "inference",
    "task.taskFamily": "imageGeneration",
    "task.nbRequest": 1,
    "task.algorithms[0].algorithmName": "diffusion",
    "task.algorithms[0].algorithmType": "diffusion",
    "task.algorithms[0].trainingType": None,
    "task.algorithms[0].framework": "diffusers",
    "task.algorithms[0].frameworkVersion": diffusers.__version__,
    "task.algorithms[0].classPath": "diffusers.DDPMPipeline",
    "task.algorithms[0].parametersNumber": 0.000177427,
    "task.algorithms[0].quantization": "fp32",
    "task.algorithms[0].foundationModelName": None,
    "task.algorithms[1]": None,
    "task.dataset[0].dataUsage": "output",
    "task.dataset[0].dataType": "image",
    "task.dataset[0].dataQuantity": 4,
    "task.dataset[0].shape": "(4, 16, 16, 3)",
    "task.dataset[0].dataSize": 4 * 16 * 16 * 3 / 1e9,
    "task.dataset[1]": None,
    "task.measuredAccuracy": None,
    "hyperparameters.num_inference_steps": 5,
    "hyperparameters.batch_size": 4,
    "hyperparameters.scheduler": "DDPMScheduler",
}

TEXT_TO_IMAGE = {
    "task.taskStage": "inference",
    "task.taskFamily": "textToImage",
    "task.nbRequest": 2,
    "task.algorithms[0].algorithmName": "diffusion",
    "task.algorithms[0].framework": "diffusers",
    "task.algorithms[0].classPath": "diffusers.StableDiffusionPipeline",
    "task.algorithms[0].parametersNumber": 0.000126437,
    "task.algorithms[0].quantization": "fp32",
    "task.algorithms[0].foundationModelName": None,
    "task.algorithms[0].foundationModelUri": None,
    "task.algorithms[1]": None,
    # One request: two prompts in, two pictures of 16 x 16 out.
    "task.dataset[0].dataUsage": "input",
    "task.dataset[0].dataType": "text",
    "task.dataset[0].dataFormat": None,
    "task.dataset[0].dataQuantity": 2,
    "task.dataset[1].dataUsage": "output",
    "task.dataset[1].dataType": "image",
    "task.dataset[1].dataQuantity": 2,
    "task.dataset[1].dataSize": 2 * 16 * 16 * 3 / 1e9,
    "hyperparameters.num_inference_steps": 3,
    "hyperparameters.guidance_scale": 5.0,
    "hyperparameters.num_images_per_prompt": 1,
    "hyperparameters.height": 16,
    "hyperparameters.width": 16,
    "hyperparameters.prompt": None,
    "hyperparameters.scheduler": "DDIMScheduler",
}


@pytest.mark.parametrize(
    ("script", "arguments", "expected"),
    [
        ("diffusers_unconditional.py", (), UNCONDITIONAL),
        ("diffusers_text_to_image.py", (), TEXT_TO_IMAGE),
        ("diffusers_text_to_image.py", ("--loaded",), TEXT_TO_IMAGE),
    ],
)
def test_the_report_of_an_untouched_script(said, script, arguments, expected):
    found = said(script, *arguments)
    assert found.values(expected) == expected
    assert "secret" not in str(found)
    assert "/tmp" not in str(found.report)


def tiny_pipeline(cls=DDPMPipeline):
    unet = UNet2DModel(
        sample_size=8,
        block_out_channels=(8,),
        layers_per_block=1,
        norm_num_groups=8,
        down_block_types=("DownBlock2D",),
        up_block_types=("UpBlock2D",),
        add_attention=False,
    )
    pipeline = cls(unet=unet, scheduler=DDPMScheduler(num_train_timesteps=10))
    pipeline.set_progress_bar_config(disable=True)
    return pipeline


class OwnPipeline(DDPMPipeline):
    def __call__(self, prompt=None, steps: int = 2, key="private"):
        return (np.zeros((3, 8, 8, 3), np.float32),)


def test_a_pipeline_of_the_program_is_what_it_inherits_and_its_texts_stay_private():
    with Watch() as watch:
        tiny_pipeline(OwnPipeline)("a secret", steps=4)
        (seen,) = watch.cut()
    (part,) = seen.parts
    assert part.class_path.endswith("OwnPipeline")
    assert (part.kind, part.said["framework"], part.said["algorithmType"]) == (
        "textToImage",
        "diffusers",
        "diffusion",
    )
    assert part.parameters == {"steps": 4, "scheduler": "DDPMScheduler"}
    assert (seen.output.data_type, seen.output.rows, seen.data.rows) == ("image", 3, 1)


def test_a_pipeline_is_not_kept_alive_and_one_that_fails_says_nothing_of_pictures():
    with Watch() as watch:
        pipeline = tiny_pipeline()
        with pytest.raises(TypeError):
            pipeline(batch_size="four", num_inference_steps=2)
        gone = weakref.ref(pipeline)
        del pipeline
        gc.collect()
        assert gone() is None
        (seen,) = watch.cut()
    assert (seen.failed, seen.output) == (1, None)


def test_a_pipeline_that_was_loaded_from_a_folder_has_no_public_name(tmp_path, monkeypatch):
    tiny_pipeline().save_pretrained(tmp_path / "models" / "tiny")
    monkeypatch.chdir(tmp_path)
    with Watch() as watch:
        pipeline = DDPMPipeline.from_pretrained("models/tiny")
        pipeline.set_progress_bar_config(disable=True)
        pipeline(num_inference_steps=2)
        used = next(seen for seen in watch.cut() if seen.method == "__call__")
    assert "foundationModelName" not in used.parts[0].said


PICTURE = Image.new("RGB", (6, 4))


@pytest.mark.parametrize(
    ("result", "data_type", "rows", "shape"),
    [
        (([PICTURE, PICTURE],), "image", 2, "(2, 4, 6, 3)"),
        (([[PICTURE] * 5],), "video", 1, "(1, 5, 4, 6, 3)"),
        ((np.zeros((2, 4, 6, 3)),), "image", 2, "(2, 4, 6, 3)"),
        ((np.zeros((1, 5, 4, 6, 3)),), "video", 1, "(1, 5, 4, 6, 3)"),
    ],
)
def test_what_a_tuple_holds_is_told_by_its_containers(result, data_type, rows, shape):
    made = describe_output(result)
    assert (made.data.data_type, made.data.rows, made.data.shape) == (data_type, rows, shape)
    assert (made.height, made.width) == (4, 6)


@pytest.mark.parametrize("result", [None, (), (None,), ([],), ([object()],), (np.zeros((2, 3)),), "text"])
def test_what_is_no_picture_is_not_called_one(result):
    assert describe_output(result) is None


def test_the_task_is_told_by_what_goes_in_and_comes_out():
    assert kind_of_task("video", True, False, False) == "textToVideo"
    assert kind_of_task("image", True, True, True) == "imageInpainting"
    assert kind_of_task(None, True, False, False) == ""


def test_a_network_of_the_library_keeps_its_name():
    part = network_part(tiny_pipeline().unet)
    assert part.said["algorithmName"] == "uNet"
    assert part.class_path.endswith("UNet2DModel")
