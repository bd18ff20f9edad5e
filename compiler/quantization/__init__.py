"""Quantisation as the framework sees it: grids, how ranges go through operators, and what a conversion wants.

`grids` is the arithmetic, `rules` says for each kind how ranges and grids go through it, `scheme` what the options ask
for. Which quantised kernels there are is the target's knowledge (`compiler.plugins.target`).
"""
