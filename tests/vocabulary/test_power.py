import pytest

from ai_power_export.vocabulary.power import kind_of, most_watts

# Board power of GPUs and TDP of processors as their makers' data sheets have them, in W.
GPUS = {
    "NVIDIA A100-SXM4-40GB": 400, "NVIDIA A100 80GB PCIe": 300, "NVIDIA H100 80GB HBM3": 700, "NVIDIA H200": 700,
    "NVIDIA B200": 1000, "NVIDIA GB200": 1200, "NVIDIA B300 SXM6 AC": 1400, "NVIDIA GH200 480GB": 1000,
    "Tesla V100S-PCIE-32GB": 250, "Tesla T4": 70, "NVIDIA L4": 72, "NVIDIA L40S": 350, "NVIDIA A10G": 300,
    "NVIDIA A40": 300, "NVIDIA A30": 165, "NVIDIA GeForce RTX 4090": 450, "NVIDIA GeForce RTX 5090": 575,
    "NVIDIA GeForce GTX 1080 Ti": 250, "NVIDIA RTX A6000": 300, "NVIDIA RTX A4000": 140, "NVIDIA RTX A1000": 50,
    "NVIDIA RTX 6000 Ada Generation": 300, "NVIDIA RTX PRO 6000 Blackwell": 600, "Quadro RTX 8000": 295,
    "NVIDIA TITAN RTX": 280, "Tesla K80": 300, "Tesla P100-PCIE-16GB": 250, "NVIDIA GeForce RTX 3070 Laptop GPU": 140,
    "AMD Instinct MI300X": 750, "AMD Instinct MI250X": 560, "AMD Instinct MI355X": 1400, "AMD Instinct MI325X": 1000,
    "AMD Instinct MI100": 300, "AMD Radeon RX 7900 XTX": 355, "Intel Gaudi 3": 900, "HL-225H Gaudi2": 600,
    "Intel Data Center GPU Max 1550": 600, "Intel Arc A770": 225, "Apple M2 Ultra": 150, "NVIDIA Jetson AGX Orin": 60,
}  # fmt: skip
PROCESSORS = {
    "Intel(R) Xeon(R) Gold 6226R CPU @ 2.90GHz": 150, "Intel(R) Xeon(R) 6980P": 500, "AMD EPYC 9965": 500,
    "AMD EPYC": 500, "Intel(R) Core(TM) i9-14900KS": 320, "Intel(R) Core(TM) i7-1165G7 @ 2.80GHz": 28,
    "12th Gen Intel(R) Core(TM) i5-1240P": 64, "13th Gen Intel(R) Core(TM) i9-13980HX": 157,
    "Intel(R) Core(TM) Ultra 7 155U": 57, "Intel(R) Core(TM) Ultra 7 155H": 115, "Intel(R) Core(TM) Ultra 9 285K": 250,
    "Intel(R) Core(TM) i7-8550U CPU @ 1.80GHz": 44, "AMD Ryzen 9 7950X": 230, "AMD Ryzen 7 5800U": 25,
    "AMD Ryzen 9 7945HX": 75, "AMD Ryzen Threadripper PRO 7995WX": 350, "AMD Ryzen AI MAX+ 395": 120,
    "Apple M1": 39, "Ampere Altra Max M128-30": 250, "Intel(R) Celeron(R) N4020": 6, "Intel Core 2 Duo E8400": 65,
    "Cortex-A72": 8, "AWS Graviton3": 100, "whoever makes it": 600,
}  # fmt: skip
ROOM = 20
"""A ceiling that is this many times the truth tells nothing."""


@pytest.mark.parametrize(("kind", "figures"), [("gpu", GPUS), ("cpu", PROCESSORS)])
def test_a_ceiling_is_no_lower_than_what_the_maker_states(kind, figures):
    ceilings = {name: most_watts(kind, name) for name in figures}
    assert [name for name, watts in figures.items() if ceilings[name] < watts] == []
    assert [name for name, watts in figures.items() if ceilings[name] > watts * ROOM and watts > 25] == []


def test_small_ones_have_small_ceilings():
    assert most_watts("cpu", "Intel(R) Core(TM) i7-1165G7 @ 2.80GHz") < 100
    assert most_watts("gpu", "Tesla T4") < 100


def test_of_several_names_the_largest_holds():
    assert most_watts("gpu", "2 x Tesla T4, 1 x NVIDIA H100") == most_watts("gpu", "NVIDIA H100")


def test_unknown_ones_may_draw_the_most_known():
    assert most_watts("gpu") >= max(most_watts("gpu", name) for name in GPUS)
    assert most_watts("cpu") >= max(most_watts("cpu", name) for name in PROCESSORS)


def test_memory_draws_by_its_size():
    assert most_watts("ram", memory=1) < most_watts("ram", memory=512) < most_watts("ram", memory=4096)


def test_what_there_are_no_figures_of_has_no_ceiling():
    assert kind_of("quantumAnnealer") == ""
    assert most_watts("") is None
    assert kind_of(" GPU ") == "gpu"
