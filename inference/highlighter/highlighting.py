"""The room's entry for highlighting: a photo and a text in, one result for each query of the text out."""

from __future__ import annotations

from collections.abc import Callable

from inference.errors import Cancelled
from inference.highlighter.classical import ClassicalProvider
from inference.highlighter.provider import HighlightProvider, OnProgress, Scene
from inference.highlighter.results import QueryResult, make_empty_result
from inference.highlighter.words import Understood, understand
from inference.results import FloatMap, RgbPixels

NO_PROVIDER = "words"
"""What answered a query that was not understood."""


def highlight_photo(
    pixels: RgbPixels,
    text: str,
    anomaly_map: FloatMap | None = None,
    on_progress: OnProgress = lambda share, words: None,
    is_cancelled: Callable[[], bool] = lambda: False,
    provider: HighlightProvider | None = None,
) -> tuple[QueryResult, ...]:
    """Answer every query of a text about one photo, uint8 (H, W, 3), in the order typed. Raises `Cancelled`.

    `anomaly_map` is that of the photo's inspection, float32 (H, W), where it was compared with good parts. `provider`
    None stands for filters, which need no model.
    """
    queries = understand(text)
    scene, answering = Scene(pixels, anomaly_map), provider or ClassicalProvider()
    results = []
    for done, query in enumerate(queries):
        if is_cancelled():
            raise Cancelled
        on_progress(done / len(queries), query.query)
        results.append(_answer(answering, scene, query))
    on_progress(1.0, text)
    return tuple(results)


def _answer(provider: HighlightProvider, scene: Scene, query: Understood) -> QueryResult:
    if query.concept is None:
        shape = (scene.pixels.shape[0], scene.pixels.shape[1])
        return make_empty_result(query.query, "failed", query.problem, shape, NO_PROVIDER)
    return provider.highlight(scene, query.query, query.concept)
