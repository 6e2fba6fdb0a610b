"""Background work that people can see."""
