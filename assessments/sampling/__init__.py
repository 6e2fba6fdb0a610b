"""Sampling, read: who may see what, what a plan draws, how far it is. Services write it."""
