"""The names of the front doors of Keras 3, as data."""

from __future__ import annotations

METHODS = ("fit", "train_on_batch", "evaluate", "predict", "predict_on_batch")
"""The methods of a model that are watched."""

PACKAGE = "keras.applications"
APPLICATIONS: dict[str, tuple[str, ...]] = {
    "convnext": tuple(f"ConvNeXt{size}" for size in ("Tiny", "Small", "Base", "Large", "XLarge")),
    "densenet": ("DenseNet121", "DenseNet169", "DenseNet201"),
    "efficientnet": tuple(f"EfficientNetB{size}" for size in range(8)),
    "efficientnet_v2": tuple(f"EfficientNetV2{size}" for size in ("B0", "B1", "B2", "B3", "S", "M", "L")),
    "inception_resnet_v2": ("InceptionResNetV2",),
    "inception_v3": ("InceptionV3",),
    "mobilenet": ("MobileNet",),
    "mobilenet_v2": ("MobileNetV2",),
    "mobilenet_v3": ("MobileNetV3Small", "MobileNetV3Large"),
    "nasnet": ("NASNetMobile", "NASNetLarge"),
    "resnet": ("ResNet50", "ResNet101", "ResNet152"),
    "resnet_v2": ("ResNet50V2", "ResNet101V2", "ResNet152V2"),
    "vgg16": ("VGG16",),
    "vgg19": ("VGG19",),
    "xception": ("Xception",),
}
"""The functions that make them, by the module of `keras.src.applications` that holds them."""
APPLICATION_NAMES = frozenset(name for names in APPLICATIONS.values() for name in names)
