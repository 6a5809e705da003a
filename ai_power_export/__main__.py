"""`aipower`, also as `python -m ai_power_export`."""

from __future__ import annotations


def main() -> None:
    """Run the command line."""
    from ai_power_export.cli.app import run

    run()


if __name__ == "__main__":
    main()
