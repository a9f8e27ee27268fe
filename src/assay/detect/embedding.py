"""Sentences as vectors: the network all-MiniLM-L6-v2 (Apache-2.0), run by numpy alone. Needs the extra `assay[embed]`.

Only this module imports numpy, safetensors and tokenizers. The weights come from a folder of the caller's (`folder_of`) with
`config.json`, `tokenizer.json` and `model.safetensors`; nothing is fetched. Architecture: Reimers and Gurevych 2019 (mean
pooling over BERT, here six layers, 384 dimensions, vectors of length one).
"""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from safetensors.numpy import load_file
from tokenizers import Tokenizer

_WORDS = 128  # pieces of a sentence that are read at most
_BATCH = 32
Array = Any  # numpy.ndarray of float32


class Encoder:
    """The network from one folder. Loading takes about 0.2 s and 100 MB."""

    def __init__(self, folder: Path) -> None:
        config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
        self._heads: int = config["num_attention_heads"]
        self._layers: int = config["num_hidden_layers"]
        self.size: int = config["hidden_size"]
        self._tokens = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokens.no_padding()
        self._tokens.enable_truncation(_WORDS)
        self._weights: dict[str, Array] = load_file(folder / "model.safetensors")

    def encode(self, sentences: Sequence[str]) -> Array:
        """Return one row of length one per sentence, shape (len(sentences), size), in the order given."""
        pieces = [self._tokens.encode(sentence).ids for sentence in sentences]
        order = sorted(range(len(pieces)), key=lambda index: (len(pieces[index]), index))
        out: Array = np.zeros((len(pieces), self.size), np.float32)
        for first in range(0, len(order), _BATCH):
            chosen = order[first : first + _BATCH]
            out[chosen] = self._run([pieces[index] for index in chosen])
        return out

    def _run(self, pieces: list[list[int]]) -> Array:
        count, length = len(pieces), max(map(len, pieces))
        ids: Array = np.zeros((count, length), np.int64)
        mask: Array = np.zeros((count, length), np.float32)
        for row, each in enumerate(pieces):
            ids[row, : len(each)], mask[row, : len(each)] = each, 1
        weights = self._weights
        state = (
            weights["embeddings.word_embeddings.weight"][ids]
            + weights["embeddings.position_embeddings.weight"][:length]
            + weights["embeddings.token_type_embeddings.weight"][0]
        )
        state = self._norm(state, "embeddings.LayerNorm")
        hidden = (1 - mask)[:, None, None, :] * np.float32(-1e4)
        for layer in range(self._layers):
            state = self._layer(state, hidden, f"encoder.layer.{layer}.")
        mean = (state * mask[..., None]).sum(1) / mask.sum(1, keepdims=True)
        return mean / np.linalg.norm(mean, axis=1, keepdims=True)

    def _layer(self, state: Array, hidden: Array, name: str) -> Array:
        count, length, size = state.shape
        query, key, value = (
            self._linear(state, f"{name}attention.self.{part}")
            .reshape(count, length, self._heads, -1)
            .transpose(0, 2, 1, 3)
            for part in ("query", "key", "value")
        )
        scores = query @ key.transpose(0, 1, 3, 2) / np.float32(math.sqrt(size // self._heads)) + hidden
        scores = np.exp(scores - scores.max(-1, keepdims=True))
        scores /= scores.sum(-1, keepdims=True)
        seen = (scores @ value).transpose(0, 2, 1, 3).reshape(count, length, size)
        state = self._norm(
            state + self._linear(seen, f"{name}attention.output.dense"), f"{name}attention.output.LayerNorm"
        )
        inner = _gelu(self._linear(state, f"{name}intermediate.dense"))
        return self._norm(state + self._linear(inner, f"{name}output.dense"), f"{name}output.LayerNorm")

    def _linear(self, state: Array, name: str) -> Array:
        return state @ self._weights[f"{name}.weight"].T + self._weights[f"{name}.bias"]

    def _norm(self, state: Array, name: str) -> Array:
        mean = state.mean(-1, keepdims=True)
        spread = ((state - mean) ** 2).mean(-1, keepdims=True)
        scaled: Array = (state - mean) / np.sqrt(spread + 1e-12)
        return scaled * self._weights[f"{name}.weight"] + self._weights[f"{name}.bias"]


@cache
def encoder(folder: Path) -> Encoder:
    """Return the network of a folder, loaded once per process."""
    return Encoder(folder)


def _gelu(state: Array) -> Array:
    """The Gaussian error linear unit; the error function by Abramowitz and Stegun 7.1.26, error below 1.5e-7."""
    scaled = state / np.float32(math.sqrt(2))
    size = np.abs(scaled)
    part = 1 / (1 + np.float32(0.3275911) * size)
    terms = (1.061405429, -1.453152027, 1.421413741, -0.284496736, 0.254829592)
    total = np.zeros_like(part)
    for term in terms:
        total = total * part + np.float32(term)
    error = np.sign(scaled) * (1 - total * part * np.exp(-size * size))
    return state * np.float32(0.5) * (1 + error)
