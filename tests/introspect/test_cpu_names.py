"""Names of real processors, as `/proc/cpuinfo`, `lscpu` and `sysctl` write them."""

import pytest

from ai_power_export.introspect.cpu_names import read_cpu_name

NAMES = [
    ("Intel(R) Xeon(R) Gold 6226R CPU @ 2.90GHz", "Intel", "Xeon", "Gold 6226R"),
    ("Intel(R) Xeon(R) Platinum 8375C CPU @ 2.90GHz", "Intel", "Xeon", "Platinum 8375C"),
    ("INTEL(R) XEON(R) PLATINUM 8592+", "Intel", "Xeon", "Platinum 8592+"),
    ("INTEL(R) XEON(R) GOLD 6548Y+", "Intel", "Xeon", "Gold 6548Y+"),
    ("Intel(R) Xeon(R) CPU E5-2686 v4 @ 2.30GHz", "Intel", "Xeon", "E5-2686 v4"),
    ("Intel(R) Xeon(R) CPU Max 9480", "Intel", "Xeon", "Max 9480"),
    ("Intel(R) Xeon(R) w9-3495X", "Intel", "Xeon", "w9-3495X"),
    ("Intel(R) Xeon(R) W-2295 CPU @ 3.00GHz", "Intel", "Xeon", "W-2295"),
    ("Intel(R) Xeon(R) 6787P", "Intel", "Xeon", "6787P"),
    ("Intel(R) Xeon(R) CPU           X5650  @ 2.67GHz", "Intel", "Xeon", "X5650"),
    ("Intel(R) Xeon(R) CPU @ 2.20GHz", "Intel", "Xeon", ""),
    ("Intel(R) Xeon(R) Processor @ 2.00GHz", "Intel", "Xeon", ""),
    ("Intel(R) Xeon(R) Processor", "Intel", "Xeon", ""),
    ("Intel Xeon Processor (Skylake, IBRS)", "Intel", "Xeon", ""),
    ("Intel Xeon E312xx (Sandy Bridge)", "Intel", "Xeon", ""),
    ("Intel(R) Xeon Phi(TM) CPU 7250 @ 1.40GHz", "Intel", "Xeon Phi", "7250"),
    ("Intel(R) Core(TM) i7-8750H CPU @ 2.20GHz", "Intel", "Core", "i7-8750H"),
    ("13th Gen Intel(R) Core(TM) i9-13900K", "Intel", "Core", "i9-13900K"),
    ("Intel(R) Core(TM) i7 CPU         920  @ 2.67GHz", "Intel", "Core", "i7 920"),
    ("Intel(R) Core(TM) i5 CPU       M 520  @ 2.40GHz", "Intel", "Core", "i5 M 520"),
    ("Intel(R) Core(TM) 7 150U", "Intel", "Core", "7 150U"),
    ("Intel(R) Core(TM) Ultra 7 155H", "Intel", "Core Ultra", "7 155H"),
    ("Intel(R) Core(TM)2 Duo CPU     E8400  @ 3.00GHz", "Intel", "Core 2", "Duo E8400"),
    ("Intel Core Processor (Haswell, no TSX)", "Intel", "Core", ""),
    ("Intel Core i7 9xx (Nehalem Class Core i7)", "Intel", "Core", ""),
    ("Intel(R) Pentium(R) CPU G4560 @ 3.50GHz", "Intel", "Pentium", "G4560"),
    ("Intel(R) Pentium(R) Silver N5000 CPU @ 1.10GHz", "Intel", "Pentium", "Silver N5000"),
    ("Intel(R) Celeron(R) N4020 CPU @ 1.10GHz", "Intel", "Celeron", "N4020"),
    ("Intel(R) Atom(TM) CPU C3558 @ 2.20GHz", "Intel", "Atom", "C3558"),
    ("Intel(R) Atom(TM) x5-Z8350  CPU @ 1.44GHz", "Intel", "Atom", "x5-Z8350"),
    ("Intel(R) N100", "Intel", "", ""),
    ("Genuine Intel(R) CPU 0000 @ 2.60GHz", "Intel", "", ""),
    ("AMD EPYC", "AMD", "EPYC", ""),
    ("AMD EPYC Processor (with IBPB)", "AMD", "EPYC", ""),
    ("AMD EPYC-Rome Processor", "AMD", "EPYC", ""),
    ("AMD EPYC-Milan-v2 Processor", "AMD", "EPYC", ""),
    ("AMD EPYC 7B12", "AMD", "EPYC", "7B12"),
    ("AMD EPYC 7R13 Processor", "AMD", "EPYC", "7R13"),
    ("AMD EPYC 7763 64-Core Processor", "AMD", "EPYC", "7763"),
    ("AMD EPYC 9654 96-Core Processor", "AMD", "EPYC", "9654"),
    ("AMD Ryzen 9 5950X 16-Core Processor", "AMD", "Ryzen", "9 5950X"),
    ("AMD Ryzen 5 1600 Six-Core Processor", "AMD", "Ryzen", "5 1600"),
    ("AMD Ryzen 7 PRO 4750U with Radeon Graphics", "AMD", "Ryzen", "7 PRO 4750U"),
    ("AMD Ryzen AI 9 HX 370 w/ Radeon 890M", "AMD", "Ryzen AI", "9 HX 370"),
    ("AMD Ryzen Threadripper 3990X 64-Core Processor", "AMD", "Ryzen Threadripper", "3990X"),
    ("AMD Ryzen Threadripper PRO 5995WX 64-Cores", "AMD", "Ryzen Threadripper", "PRO 5995WX"),
    ("AMD Opteron(tm) Processor 6276", "AMD", "Opteron", "6276"),
    ("AMD Opteron 63xx class CPU", "AMD", "Opteron", ""),
    ("AMD Opteron 240 (Gen 1 Class Opteron)", "AMD", "Opteron", ""),
    ("AMD Athlon(tm) II X4 640 Processor", "AMD", "Athlon", "II X4 640"),
    ("AMD Athlon Silver 3050U with Radeon Graphics", "AMD", "Athlon", "Silver 3050U"),
    ("AMD Custom APU 0405", "AMD", "", ""),
    ("Hygon C86 7185 32-core Processor", "Hygon", "", ""),
    ("Apple M1", "Apple", "M", "M1"),
    ("Apple M2 Pro", "Apple", "M", "M2 Pro"),
    ("Apple processor", "Apple", "", ""),
    ("AWS Graviton3", "AWS", "Graviton", "Graviton3"),
    ("Ampere(R) Altra(R) Processor", "Ampere", "Altra", ""),
    ("Ampere(R) Altra(R) Processor Q80-30 CPU @ 3.0GHz", "Ampere", "Altra", "Q80-30"),
    ("Ampere(R) Altra(R) Max Processor M128-30", "Ampere", "Altra Max", "M128-30"),
    ("AmpereOne(R) A192-32X", "Ampere", "AmpereOne", "A192-32X"),
    ("Neoverse-N1", "", "Neoverse", "N1"),
    ("Neoverse-V2", "", "Neoverse", "V2"),
    ("Cortex-A72", "", "Cortex", "A72"),
    ("ARMv8 Processor rev 1 (v8l)", "", "", ""),
    ("POWER9 (raw), altivec supported", "", "", ""),
    ("", "", "", ""),
]


@pytest.mark.parametrize(
    ("brand", "manufacturer", "family", "series"), NAMES, ids=[name[0] for name in NAMES]
)
def test_a_name_says_what_it_says_and_no_more(brand, manufacturer, family, series):
    name = read_cpu_name(brand)
    assert (name.manufacturer, name.family, name.series) == (manufacturer, family, series)


def test_the_vendor_id_names_the_maker_where_the_name_does_not():
    assert read_cpu_name("DO-Regular", "GenuineIntel").manufacturer == "Intel"
    assert read_cpu_name("", "AuthenticAMD").manufacturer == "AMD"


@pytest.mark.parametrize("brand", ["QEMU Virtual CPU version 2.5+", "Common KVM processor"])
def test_an_emulated_processor_has_no_maker(brand):
    assert read_cpu_name(brand, "AuthenticAMD").manufacturer == ""
