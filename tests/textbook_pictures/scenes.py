"""One picture for each page: which numbers are shown, and what is said about them."""

from __future__ import annotations

import numpy as np
import torch
from PIL import Image

from inference.textbook.convolution import convolve, max_pool
from inference.textbook.image_decoder import decode, map_by_words
from inference.textbook.llama import rotary_angles, rotate
from inference.textbook.losses import dice_loss, focal_loss
from inference.textbook.metrics import aupro, auroc
from inference.textbook.patchcore import MemoryBank, choose_coreset, look_around
from tests.textbook_pictures.drawing import (
    Curve,
    Panel,
    draw_bars,
    draw_grid,
    frame,
    mark_dots,
    mark_grid,
    paint,
    plot,
)
from tests.textbook_pictures.seeing import (
    mask,
    open_llama,
    photo,
    see_square,
    see_with_convolutions,
    see_with_transformer,
    true_map,
)
from tests.textbook_pictures.training import STEPS, make_decoder, train_decoder

ROWS, COLUMNS = 24, 30
"""Patches of 14 pixels on a photo of 336 x 420."""
SIZE = (336, 420)
KEEP = 72


def show_vision_transformer() -> list[Panel]:
    pixels = photo("test/crack/000", *SIZE)
    first, deep = (unit(tokens) for tokens in see_with_transformer(pixels, (1, 8)))
    marked = find_middle(mask("crack", ROWS, COLUMNS))
    return [
        Panel(
            mark_grid(pixels, ROWS, COLUMNS, marked),
            "Patches",
            "24 x 30 patches of 14 pixels. One on the crack is framed.",
        ),
        Panel(
            compare(first, marked),
            "Block 1",
            "How alike each token is to the framed one: bright metal is like bright metal.",
        ),
        Panel(compare(deep, marked), "Block 8", "After eight blocks the crack is like itself and like nothing else."),
        Panel(
            Image.fromarray(show_in_three_colours(deep)),
            "Block 8 in three colours",
            "384 numbers a token, their three main directions as red, green, blue.",
        ),
    ]


def show_efficientnet_lite() -> list[Panel]:
    pixels = photo("test/rust/000", 384, 480)
    panels = [Panel(Image.fromarray(pixels), "Photo", "3 channels, 384 x 480.")]
    for stride, seen in zip((4, 8, 16), see_with_convolutions(pixels, (4, 8, 16)), strict=True):
        channels, height, width = seen.shape
        words = f"{channels} channels, {height} x {width}: how strongly they answer together."
        panels.append(Panel(paint(np.abs(seen).mean(axis=0)), f"Stride {stride}", words))
    return panels


def show_patchcore() -> list[Panel]:
    good, damaged = photo("train/good/000", *SIZE), photo("test/rust/000", *SIZE)
    known, seen = (unit(see_with_transformer(pixels, (8,))[0]) for pixels in (good, damaged))
    everything = look_around(known).reshape(-1, known.shape[-1])
    bank, whole = MemoryBank.learn([known], KEEP), MemoryBank(everything)
    thinned, full = bank.map(seen), whole.map(seen)
    most = float(thinned.max())
    return [
        Panel(
            mark_dots(good, ROWS, COLUMNS, choose_coreset(everything, KEEP)),
            "Memory bank",
            f"A good flange. {KEEP} of 720 patches stay, spread over all it shows.",
        ),
        Panel(Image.fromarray(damaged), "Another flange", "With rust at the right."),
        Panel(
            paint(thinned, 0, most),
            "Anomaly map",
            f"Distance to memory, 0 to {most:.2f}. Score {bank.score(seen):.2f}.",
        ),
        Panel(
            paint(full, 0, most),
            "With all 720 patches",
            f"The same colours. Ten times the work; what is good is nearer. Score {whole.score(seen):.2f}.",
        ),
    ]


def show_image_decoder() -> list[Panel]:
    taught = ("crack", "rust", "scratch")
    taps = {name: see_square(f"test/{name}/000") for name in (*taught, "chip")}
    good = [see_square(f"test/good/{number:03}") for number in range(2)]
    truths = [true_map(name) for name in taught] + [torch.zeros(1, 1, 24, 24)] * 2
    words = torch.nn.functional.normalize(torch.randn(1, 2, 16, generator=torch.manual_seed(0)), dim=-1)
    before = make_decoder(words)
    after = train_decoder(before, [*(taps[name] for name in taught), *good], truths, words)

    def read(weights: dict[str, torch.Tensor], name: str) -> Image.Image:
        seen = map_by_words(decode(weights, taps[name]), words, 24)
        return paint(seen[0, 0].detach().numpy(), 0, 1)

    return [
        Panel(read(before, "chip"), "Before training", "Patches and words have nothing to do with each other."),
        Panel(
            read(after, "crack"),
            "After: a crack it was taught",
            f"{STEPS} steps on three defects and two good flanges.",
        ),
        Panel(read(after, "chip"), "After: a chip, never shown", "It is found, less surely: three photos are few."),
        Panel(
            paint(true_map("chip")[0, 0].numpy()),
            "Where the chip is",
            "24 x 24 patches; the photo is squeezed to a square.",
        ),
    ]


def show_losses() -> list[Panel]:
    p = np.linspace(0.01, 1, 100)
    curves = [Curve(p, -np.log(p), "cross-entropy"), Curve(p, -((1 - p) ** 2) * np.log(p), "focal, gamma 2")]
    truth = torch.from_numpy(mask("rust", 48, 60).astype(np.float32))[None]  # (1, 48, 60)
    whole = 0.02 + 0.96 * truth
    half = whole.clone()
    half[:, :, : int(torch.nonzero(truth[0])[:, 1].float().median())] = 0.02
    panels = [
        Panel(
            plot(curves, "probability of what is true", "loss", most_y=3.0),
            "One pixel",
            "Focal loss forgets pixels that are already right.",
        ),
        Panel(
            paint(truth[0].numpy()),
            "The rust",
            f"{100 * float(truth.mean()):.1f} % of the pixels: nearly all are good.",
        ),
    ]
    for title, guess in (("Nothing is found", torch.full_like(truth, 0.02)), ("Half is found", half)):
        focal, dice = float(focal_loss(guess, truth)), float(dice_loss(guess, truth))
        plain = float(torch.nn.functional.binary_cross_entropy(guess, truth))
        words = f"Cross-entropy {plain:.3f}, focal {focal:.3f}, dice {dice:.2f}."
        panels.append(Panel(paint(guess[0].numpy(), 0, 1), title, words))
    return panels


def show_prompt_learner() -> list[Panel]:
    anomaly = torch.from_numpy(mask("rust", 224, 224).astype(np.float32))[None, None]
    x, seen = anomaly, [anomaly]
    for _ in range(5):
        x = max_pool(convolve(x, torch.full((1, 1, 3, 3), 1 / 9), torch.zeros(1), padding=(1, 1)).relu(), 2)
        seen.append(x)
    places = convolve(x, torch.full((1, 1, 5, 5), 1 / 25), torch.zeros(1))
    return [
        Panel(paint(anomaly[0, 0].numpy()), "Anomaly map", "224 x 224."),
        Panel(paint(seen[3][0, 0].numpy()), "After three halvings", "28 x 28."),
        Panel(
            paint(seen[5][0, 0].numpy()), "After five", "7 x 7; 1,024 channels in the real one, here one that averages."
        ),
        Panel(
            draw_grid(paint(places[0, 0].numpy()), 3, 3),
            "3 x 3 places",
            "Each becomes one embedding. Their windows of 5 x 5 overlap.",
        ),
    ]


def show_llama() -> list[Panel]:
    model = open_llama()
    ids = model.encode("The flange is made of")
    with torch.inference_mode():
        words = model.network.get_input_embeddings()(torch.tensor([ids]))
        logits = model.network(words, logits_to_keep=1).logits[0, -1]
        shares, best = logits.softmax(dim=0).topk(6)
    angles = rotary_angles(64, 64, 100_000.0)
    same = rotate(torch.ones(1, 1, 64, 64), angles)[0, 0]
    return [
        Panel(
            draw_bars([model.decode([int(each)]).strip() for each in best], shares.tolist()),
            "What comes next",
            "“The flange is made of …”: the six likeliest tokens of 49,152.",
        ),
        Panel(
            paint(angles.cos().T.numpy()),
            "Rotary embedding",
            "Positions to the right, pairs of numbers downwards: fast ones above.",
        ),
        Panel(
            plot(
                [Curve(np.arange(64), (same @ same[0] / 64).numpy(), "same key, same query")],
                "positions apart",
                "product",
                most_x=63,
            ),
            "Nearness",
            "Turning makes what lies far apart agree less, with no position learned.",
        ),
        Panel(
            paint(np.tril(np.ones((len(ids), len(ids))))),
            "Who sees whom",
            f"{len(ids)} tokens: each row sees what comes before it, and itself.",
        ),
    ]


def show_lora() -> list[Panel]:
    layer = open_llama().network.model.layers[3].self_attn.q_proj.weight
    whole = layer[:96, :120]
    generator = torch.manual_seed(0)
    low, high = torch.randn(8, 120, generator=generator), torch.randn(96, 8, generator=generator)
    rows, columns = layer.shape
    shares = [1.0, 8 * (rows + columns) / (rows * columns), (rows + columns) / (rows * columns)]
    return [
        Panel(paint(whole.numpy(), -0.6, 0.6), "W", "A corner of a real query matrix, which stays as it is."),
        Panel(
            paint((high[:, :1] @ low[:1]).numpy(), -3, 3),
            "B A of rank 1",
            "Every row is the same row, longer or shorter.",
        ),
        Panel(paint((high @ low).numpy(), -8, 8), "B A of rank 8", "Eight rows mixed: enough for a new habit."),
        Panel(
            draw_bars(["W", "rank 8", "rank 1"], shares),
            "Numbers to learn",
            f"W has {rows} x {columns} = {rows * columns:,}.",
        ),
    ]


def show_metrics() -> list[Panel]:
    truth = mask("crack", ROWS, COLUMNS)
    maps = {}
    known, seen = (see_with_transformer(photo(name, *SIZE), (2, 8)) for name in ("train/good/000", "test/crack/000"))
    for name, good, damaged in zip(("block 2", "block 8"), known, seen, strict=True):
        maps[name] = MemoryBank.learn([unit(good)], 360).map(unit(damaged)).astype(np.float64)
    roc = [trace(each, truth, f"{name}: {auroc(each.ravel(), truth.ravel()):.3f}") for name, each in maps.items()]
    pro = [trace(each, truth, f"{name}: {aupro([each], [truth]):.3f}", most=0.3) for name, each in maps.items()]
    return [
        Panel(paint(maps["block 2"]), "Map of block 2", "A flange with a crack; edges are as loud."),
        Panel(paint(maps["block 8"]), "Map of block 8", f"The crack covers {int(truth.sum())} of 720 patches."),
        Panel(
            plot(roc, "good patches above", "crack above", names_below=True),
            "AUROC",
            "Each threshold is one point of a curve; the area under it.",
        ),
        Panel(
            plot(pro, "good patches above", "crack above", most_x=0.3, names_below=True),
            "AUPRO",
            "Only the first 0.3: beyond, nobody would use it.",
        ),
    ]


def trace(anomaly: np.ndarray, truth: np.ndarray, name: str, most: float = 1.0) -> Curve:
    """The share of the defect above each threshold against the share of what is good, up to `most`."""
    bounds = np.unique(anomaly)[::-1]
    false = np.array([0.0, *((anomaly[~truth] >= bound).mean() for bound in bounds)])
    found = np.array([0.0, *((anomaly[truth] >= bound).mean() for bound in bounds)])
    last = np.interp(most, false, found)
    return Curve(np.append(false[false < most], most), np.append(found[false < most], last), name)


def unit(tokens: np.ndarray) -> np.ndarray:
    return tokens / np.linalg.norm(tokens, axis=-1, keepdims=True)


def compare(tokens: np.ndarray, marked: tuple[int, int]) -> Image.Image:
    alike = tokens @ tokens[marked]  # (h, w), 1 for itself
    return frame(paint(alike, high=float(np.sort(alike.ravel())[-3])), *tokens.shape[:2], marked)


def find_middle(where: np.ndarray) -> tuple[int, int]:
    """The true cell nearest to the middle of all true ones."""
    cells = np.argwhere(where)
    row, column = cells[((cells - cells.mean(axis=0)) ** 2).sum(axis=1).argmin()]
    return int(row), int(column)


def show_in_three_colours(tokens: np.ndarray) -> np.ndarray:
    flat = tokens.reshape(-1, tokens.shape[-1]) - tokens.mean(axis=(0, 1))
    _, _, directions = np.linalg.svd(flat, full_matrices=False)
    directions[:3] *= np.sign(directions[:3].sum(axis=1, keepdims=True))  # a direction's sign is chance
    along = flat @ directions[:3].T  # (N, 3)
    low, high = np.percentile(along, (2, 98), axis=0)
    return (255 * np.clip((along - low) / (high - low), 0, 1)).astype(np.uint8).reshape(*tokens.shape[:2], 3)


SCENES = {
    "vision-transformer": show_vision_transformer,
    "efficientnet-lite": show_efficientnet_lite,
    "patchcore": show_patchcore,
    "image-decoder": show_image_decoder,
    "losses": show_losses,
    "prompt-learner": show_prompt_learner,
    "llama": show_llama,
    "lora": show_lora,
    "metrics": show_metrics,
}
