"""The colours of the window by role, once for light and once for dark; `theme` says which are in use.

Text colours keep a contrast of at least 4.5:1 on every ground they are used on; a test computes it.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal

Scheme = Literal["light", "dark"]

LIGHT: Mapping[str, str] = MappingProxyType(
    {
        "window": "#eff2f5",
        "panel": "#ffffff",
        "panel_alt": "#f3f5f8",
        "border": "#d3dae1",
        "border_strong": "#8a96a3",
        "text": "#18202a",
        "muted": "#55606d",
        "accent": "#1d5fc4",
        "accent_hover": "#174fa6",
        "accent_soft": "#dfeafb",
        "accent_text": "#ffffff",
        "hover": "#e6ebf0",
        "pressed": "#d6dde5",
        "accept": "#17753a",
        "review": "#925400",
        "reject": "#bc1f2a",
        "none": "#55606d",
        "accept_soft": "#e4f4e9",
        "review_soft": "#fdf0d9",
        "reject_soft": "#fce8e8",
        "none_soft": "#e9edf1",
        "accept_fill": "#17753a",
        "review_fill": "#f6b32c",
        "reject_fill": "#c41f2b",
        "none_fill": "#6b7683",
        "on_accept": "#ffffff",
        "on_review": "#241a02",
        "on_reject": "#ffffff",
        "on_none": "#ffffff",
        "danger": "#bc1f2a",
        "warning": "#925400",
        "success": "#17753a",
        "canvas": "#dde2e8",
    }
)
DARK: Mapping[str, str] = MappingProxyType(
    {
        "window": "#12161b",
        "panel": "#1a2027",
        "panel_alt": "#20272f",
        "border": "#333d48",
        "border_strong": "#6e7c8b",
        "text": "#e9edf2",
        "muted": "#a6b1bd",
        "accent": "#7db0ff",
        "accent_hover": "#9cc3ff",
        "accent_soft": "#22385a",
        "accent_text": "#0b1726",
        "hover": "#2a333d",
        "pressed": "#343f4b",
        "accept": "#57cf8a",
        "review": "#f2b63f",
        "reject": "#ff8580",
        "none": "#a6b1bd",
        "accept_soft": "#15301f",
        "review_soft": "#362a10",
        "reject_soft": "#3d1d1e",
        "none_soft": "#262e37",
        "accept_fill": "#3fbf78",
        "review_fill": "#f2b63f",
        "reject_fill": "#ff7a75",
        "none_fill": "#8c98a5",
        "on_accept": "#06140c",
        "on_review": "#1c1402",
        "on_reject": "#1f0606",
        "on_none": "#0d1115",
        "danger": "#ff8580",
        "warning": "#f2b63f",
        "success": "#57cf8a",
        "canvas": "#0d1014",
    }
)
SCHEMES: Mapping[Scheme, Mapping[str, str]] = MappingProxyType({"light": LIGHT, "dark": DARK})
