"""Simulated defects with names and exact masks, painted onto photographs of surfaces: what highlighting is taught on.

`inference.synthesis` renders whole parts and lets defects change them before light falls on them. Here a defect is
painted onto any picture, which is cheaper and gives more kinds, surfaces and things that only look like defects.
"""
