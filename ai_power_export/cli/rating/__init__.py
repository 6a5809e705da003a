"""How the rating of a report is shown, wherever it is."""
