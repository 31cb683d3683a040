"""The version of this client, written out because a frozen program or a copied folder has no metadata to ask."""

__version__ = "0.1.0"
