"""The action registry: everything a hand can do, once; keys, footer, palette, help, commands and docs come from it."""
