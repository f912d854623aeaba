"""Folders with tiny, random vision-language models of two families, laid out as the real ones are."""

from __future__ import annotations

import json
from pathlib import Path

import torch
import transformers
from tokenizers import Tokenizer, decoders, pre_tokenizers
from tokenizers.models import BPE

_QWEN = (
    "{% for m in messages %}<|im_start|>{{ m['role'] }}\n"
    "{% for c in m['content'] %}{% if c['type'] == 'image' %}"
    "<|vision_start|><|image_pad|><|vision_end|>{% else %}{{ c['text'] }}{% endif %}{% endfor %}<|im_end|>\n"
    "{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)
_SMOL = (
    "<|im_start|>{% for m in messages %}{{ m['role'] | capitalize }}: {% for c in m['content'] %}"
    "{% if c['type'] == 'image' %}<image>{% else %}{{ c['text'] }}{% endif %}{% endfor %}<end_of_utterance>\n"
    "{% endfor %}{% if add_generation_prompt %}Assistant:{% endif %}"
)
_TEXT = {
    "hidden_size": 32,
    "intermediate_size": 48,
    "num_hidden_layers": 2,
    "num_attention_heads": 4,
    "num_key_value_heads": 2,
}
_PIXELS = {"image_mean": [0.5] * 3, "image_std": [0.5] * 3}


def make_tokenizer(folder: Path, signs: list[str], template: str):
    folder.mkdir(parents=True, exist_ok=True)
    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    words = Tokenizer(BPE({sign: number for number, sign in enumerate(alphabet)}, []))
    words.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    words.decoder = decoders.ByteLevel()
    tokenizer = transformers.PreTrainedTokenizerFast(
        tokenizer_object=words, eos_token="<|im_end|>", pad_token="<pad>", additional_special_tokens=signs
    )
    tokenizer.chat_template = template
    tokenizer.save_pretrained(folder)
    return tokenizer


def make_qwen(folder: Path) -> Path:
    """A Qwen3-VL."""
    signs = ["<|im_start|>", "<|vision_start|>", "<|vision_end|>", "<|image_pad|>", "<|video_pad|>"]
    tokenizer = make_tokenizer(folder, signs, _QWEN)
    start, end, image, video = (tokenizer.convert_tokens_to_ids(sign) for sign in signs[1:])
    rope = {"rope_type": "default", "mrope_section": [2, 1, 1], "rope_theta": 10000.0}
    config = transformers.Qwen3VLConfig(
        text_config={**_TEXT, "vocab_size": len(tokenizer), "head_dim": 8, "rope_parameters": rope},
        vision_config={
            "depth": 2,
            "hidden_size": 32,
            "intermediate_size": 48,
            "num_heads": 4,
            "patch_size": 4,
            "out_hidden_size": 32,
            "num_position_embeddings": 64,
            "deepstack_visual_indexes": [0],
        },
        image_token_id=image,
        video_token_id=video,
        vision_start_token_id=start,
        vision_end_token_id=end,
    )
    torch.manual_seed(1)
    transformers.Qwen3VLForConditionalGeneration(config).save_pretrained(folder)
    size = {"shortest_edge": 256, "longest_edge": 4096}
    kind = {"image_processor_type": "Qwen2VLImageProcessorFast", "processor_class": "Qwen3VLProcessor"}
    patches = {"patch_size": 4, "merge_size": 2, "temporal_patch_size": 2}
    write(folder / "preprocessor_config.json", {**kind, **patches, "size": size, **_PIXELS})
    write(folder / "video_preprocessor_config.json", {"video_processor_type": "Qwen3VLVideoProcessor"})
    (folder / "README.md").write_text("---\nlicense: apache-2.0\n---\n# Tiny\n", encoding="utf-8")
    return folder


def make_smolvlm(folder: Path, family: str = "SmolVLM") -> Path:
    """A SmolVLM or an Idefics3."""
    parts = [f"<row_{row}_col_{column}>" for row in range(1, 5) for column in range(1, 5)]
    signs = ["<|im_start|>", "<image>", "<fake_token_around_image>", "<end_of_utterance>", "<global-img>", *parts]
    tokenizer = make_tokenizer(folder, signs, _SMOL)
    config = getattr(transformers, f"{family}Config")(
        text_config={**_TEXT, "model_type": "llama", "vocab_size": len(tokenizer)},
        vision_config={
            "hidden_size": 32,
            "intermediate_size": 48,
            "num_hidden_layers": 2,
            "num_attention_heads": 4,
            "image_size": 32,
            "patch_size": 8,
        },
        scale_factor=2,
        image_token_id=tokenizer.convert_tokens_to_ids("<image>"),
    )
    torch.manual_seed(1)
    getattr(transformers, f"{family}ForConditionalGeneration")(config).save_pretrained(folder)
    sizes = {"size": {"longest_edge": 64}, "max_image_size": {"longest_edge": 32}, "do_image_splitting": True}
    kind = {"image_processor_type": f"{family}ImageProcessor", "processor_class": f"{family}Processor"}
    write(folder / "preprocessor_config.json", {**kind, **sizes, **_PIXELS})
    write(folder / "processor_config.json", {"processor_class": f"{family}Processor", "image_seq_len": 4})
    return folder


def make_text_only(folder: Path) -> Path:
    """A language model without eyes."""
    tokenizer = make_tokenizer(folder, ["<|im_start|>"], _SMOL)
    config = transformers.LlamaConfig(**_TEXT, vocab_size=len(tokenizer))
    transformers.LlamaForCausalLM(config).save_pretrained(folder)
    return folder


def write(path: Path, values: dict[str, object]) -> None:
    path.write_text(json.dumps(values), encoding="utf-8")
