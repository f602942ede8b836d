"""The demo city: ten invented key firms in the real districts of Zhenjiang, their history and their live devices.

Nothing here stands for a real firm. Every subject, series and document is marked synthetic, and the mark
travels to every figure, page, chart and receipt.
"""
