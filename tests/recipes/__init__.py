"""The recipes of `docs/changing.md`, each as a patch with a check that the new thing works (`test_recipes.py`)."""
