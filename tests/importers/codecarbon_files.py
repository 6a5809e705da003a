"""CodeCarbon's files as its versions write them, with values of our own."""

from __future__ import annotations

VERSION_1 = {
    "timestamp": "2021-03-04T12:00:30",
    "experiment_id": "0a0e6f0c-3b3d-4a53-9f1a-0d9c2f6b8e11",
    "project_name": "codecarbon",
    "duration": "30.0",
    "emissions": "0.00056",
    "energy_consumed": "0.01",
    "country_name": "France",
    "country_iso_code": "FRA",
    "region": "ile-de-france",
    "on_cloud": "N",
    "cloud_provider": "",
    "cloud_region": "",
}
"""1.0 to 1.2."""

VERSION_2 = {
    "timestamp": "2024-09-26T10:47:00",
    "project_name": "digits",
    "run_id": "11111111-2222-3333-4444-555555555555",
    "duration": "3600.0",
    "emissions": "0.056",
    "emissions_rate": "1.55e-05",
    "cpu_power": "75.0",
    "gpu_power": "800.0",
    "ram_power": "25.0",
    "cpu_energy": "0.075",
    "gpu_energy": "0.9",
    "ram_energy": "0.025",
    "energy_consumed": "1.0",
    "country_name": "France",
    "country_iso_code": "FRA",
    "region": "",
    "cloud_provider": "",
    "cloud_region": "",
    "os": "Linux-5.15.0-116-generic-x86_64-with-glibc2.35",
    "python_version": "3.10.12",
    "codecarbon_version": "2.5.0",
    "cpu_count": "30",
    "cpu_model": "Intel(R) Xeon(R) Gold 6226R CPU @ 2.90GHz",
    "gpu_count": "2",
    "gpu_model": "2 x Tesla V100S-PCIE-32GB",
    "longitude": "2.3387",
    "latitude": "48.8582",
    "ram_total_size": "86.3035888671875",
    "tracking_mode": "machine",
    "on_cloud": "N",
    "pue": "1.0",
}
"""2.3 to 2.5; 2.0 to 2.2 lack `pue`, 2.0 and 2.1 also `codecarbon_version`."""

VERSION_3 = {
    **{name: VERSION_2[name] for name in ("timestamp", "project_name", "run_id")},
    "experiment_id": "5b0fa12a-3dd7-45bb-9766-cc326314d9f1",
    **{name: VERSION_2[name] for name in list(VERSION_2)[3:13]},
    "water_consumed": "0.0",
    **{name: VERSION_2[name] for name in list(VERSION_2)[13:-2]},
    "codecarbon_version": "3.3.2",
    "cpu_utilization_percent": "56.9",
    "gpu_utilization_percent": "87.5",
    "ram_utilization_percent": "4.6",
    "ram_used_gb": "1.09",
    "on_cloud": "N",
    "pue": "1.0",
    "wue": "0.0",
}
"""3.2 and 3.3."""

NOT_IN_TASKS = ("experiment_id", "region", "longitude", "latitude", "pue", "wue")
TASK = {
    "task_name": "training",
    **{name: value for name, value in VERSION_3.items() if name not in NOT_IN_TASKS},
}
"""A task CSV of 3.3."""


def without(row: dict[str, str], *names: str) -> dict[str, str]:
    return {name: value for name, value in row.items() if name not in names}


def table(*rows: dict[str, str], separator: str = ",") -> str:
    """The rows below the header of the first."""
    lines = [rows[0], *(dict(row) for row in rows)]
    cells = [list(rows[0]), *([row[name] for name in rows[0]] for row in lines[1:])]
    return "".join(separator.join(each) + "\n" for each in cells)
