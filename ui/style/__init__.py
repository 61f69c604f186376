"""Colours, sizes, fonts and the style sheet made from them."""
