"""What a goal resolves to, which reads identify it, and the proof that each of them is needed.

`resolve` computes gold and evidence, `witness` certifies every counted read by a change that `counterfactuals` invents.
"""
