"""A file as its owner sees it: opened, its tables found, its rows read as they are shown."""
