"""The commands of `huiyin`, one module each; `cli.py` only registers them."""
