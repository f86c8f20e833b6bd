"""Figures for managers, the lists behind them, and what of them everybody may see."""
