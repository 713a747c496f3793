"""The version of chatlib, for the package's metadata and for what a server says of itself."""

__version__ = "0.1.0"
