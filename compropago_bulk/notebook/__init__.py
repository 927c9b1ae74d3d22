"""At home in Jupyter: accessor, progress, views, wizard."""
