"""A learned product comes back from its file as it went in, and no other file passes for one."""

import json
from dataclasses import fields, is_dataclass, replace

import numpy as np
import pytest
from safetensors.numpy import load_file, save_file

from inference.backbones import DummyBackbone
from inference.detector import Detector
from inference.images import Photo
from inference.learned_product import FORMAT, LearnedProduct
from inference.looking import Attention
from inference.part_mask import PartFinder
from inference.profiles import Profile, WholeView

VIEW = WholeView("dummy", (1,), smallest=112, largest=168, contrast=1.0)


def draw_photo(seed):
    cells = np.random.default_rng(7).integers(0, 200, (5, 7, 3))
    noise = np.random.default_rng(seed).integers(0, 20, (100, 140, 3))
    return Photo((np.kron(cells, np.ones((20, 20, 1), int)) + noise).astype(np.uint8), f"{seed}.png", f"{seed:064x}", 8)


def learn(count, *, alignment=True):
    detector = Detector(
        [DummyBackbone()], Profile("default", (VIEW,), 0, 400, "float32", alignment=alignment, within=alignment)
    )
    return detector.learn([draw_photo(seed) for seed in range(count)])


@pytest.fixture(scope="module")
def product():
    return learn(3)


@pytest.fixture
def path(tmp_path):
    return tmp_path / "product.safetensors"


def rewrite(path, change):
    """Change the header of a saved product."""
    from safetensors import safe_open

    with safe_open(path, framework="numpy") as file:
        header = json.loads(file.metadata()["product"])
    save_file(load_file(path), path, metadata={"product": json.dumps(change(header))})


def assert_equal(one, other):
    """Same type, same values, same bits, however deeply nested."""
    assert type(one) is type(other)
    if isinstance(one, np.ndarray):
        assert one.dtype == other.dtype
        assert np.array_equal(one, other)
    elif isinstance(one, tuple):
        assert len(one) == len(other)
        for pair in zip(one, other, strict=True):
            assert_equal(*pair)
    elif is_dataclass(one):
        for field in fields(one):
            assert_equal(getattr(one, field.name), getattr(other, field.name))
    else:
        assert one == other


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize("alignment", [True, False])
def test_everything_comes_back_as_it_was_saved(path, count, alignment):
    product = learn(count, alignment=alignment)
    product.save(path)
    loaded = LearnedProduct.load(path)
    for field in fields(LearnedProduct):
        assert_equal(getattr(loaded, field.name), getattr(product, field.name))


def test_the_law_and_the_configuration_come_back_too(product, path):
    product.save(path)
    loaded = LearnedProduct.load(path)
    assert loaded.law == product.law
    assert loaded.configuration == product.configuration


def test_saving_twice_gives_the_same_bytes(product, path):
    product.save(path)
    first = path.read_bytes()
    LearnedProduct.load(path).save(path)
    assert path.read_bytes() == first


def test_tokens_are_already_rounded_to_what_the_file_keeps(product):
    tokens = [*product.grids, *(bank for turned in product.banks for bank in turned)]
    assert tokens
    assert all(np.array_equal(part.astype(np.float16).astype(np.float32), part) for part in tokens)


def test_where_a_product_is_looked_at_is_kept_with_it(product, path):
    direction = np.linspace(-1, 1, 8, dtype=np.float32)
    areas = np.eye(9, dtype=np.uint8) * 255
    attention = Attention(PartFinder(direction, 0.25, 0.5), areas, product.thumbnails[0])
    replace(product, attention=attention).save(path)
    read = LearnedProduct.load(path).attention
    assert read.part is not None
    assert np.array_equal(read.part.direction, direction)
    assert (read.part.threshold, read.part.share) == (0.25, 0.5)
    assert np.array_equal(read.areas, areas)
    assert np.array_equal(read.drawn_on, product.thumbnails[0])


def test_the_configuration_is_plain_json_and_says_what_was_chosen(product):
    configuration = json.loads(json.dumps(product.configuration))
    assert configuration["recipe"]["structured"] is product.recipe.structured
    assert configuration["references"] == [f"{seed:064x}" for seed in range(3)]
    assert configuration["reject_limit"] >= configuration["review_limit"]


@pytest.mark.parametrize("data", [b"", b"{}", b"no product at all", bytes(64), b"\x89PNG\r\n\x1a\n" + bytes(100)])
def test_another_file_is_refused(path, data):
    path.write_bytes(data)
    with pytest.raises(ValueError, match=r"product\.safetensors is not a learned product"):
        LearnedProduct.load(path)


@pytest.mark.parametrize("share", [0.01, 0.5, 0.999])
def test_a_file_that_was_cut_off_is_refused(product, path, share):
    product.save(path)
    data = path.read_bytes()
    path.write_bytes(data[: int(len(data) * share)])
    with pytest.raises(ValueError, match="is not a learned product"):
        LearnedProduct.load(path)


def test_a_product_of_another_version_is_refused(product, path):
    product.save(path)
    rewrite(path, lambda header: {**header, "format": FORMAT + "0"})
    with pytest.raises(ValueError, match="not a learned product of this version"):
        LearnedProduct.load(path)


def test_weights_of_a_network_are_no_product(path):
    save_file({"weight": np.zeros((2, 2), np.float32)}, path)
    with pytest.raises(ValueError, match="not a learned product of this version"):
        LearnedProduct.load(path)


@pytest.mark.parametrize("missing", ["recipe", "references", "traits", "prior", "counts", "levels"])
def test_a_product_that_lacks_something_is_refused(product, path, missing):
    product.save(path)
    rewrite(path, lambda header: {name: value for name, value in header.items() if name != missing})
    with pytest.raises(ValueError, match="is not a complete learned product"):
        LearnedProduct.load(path)


def test_a_product_with_unknown_values_is_refused(product, path):
    product.save(path)
    rewrite(path, lambda header: {**header, "prior": {"centre": 0.0, "mass": 1.0}})
    with pytest.raises(ValueError, match="is not a complete learned product"):
        LearnedProduct.load(path)


def test_a_header_that_is_no_table_is_refused(product, path):
    product.save(path)
    rewrite(path, lambda header: [header])
    with pytest.raises(ValueError, match="not a learned product of this version"):
        LearnedProduct.load(path)


def test_a_missing_file_is_reported_as_such(path):
    with pytest.raises(FileNotFoundError):
        LearnedProduct.load(path)
