"""A tokenizer trained on the very rows, and a model of a few thousand weights: training without a download."""

import json
from collections.abc import Iterable
from typing import Any

from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

PAD, BEGIN, END = "<|endoftext|>", "<|begin_of_text|>", "<|im_end|>"
SPECIAL = [
    PAD, END, "<|im_start|>", "<|begin_of_text|>", "<|start_header_id|>", "<|end_header_id|>", "<|eot_id|>", "<|eom_id|>",
    "<|python_tag|>", "<|start|>", "<|message|>", "<|channel|>", "<|call|>", "<|return|>", "<|end|>", "[gMASK]", "<sop>",
    "<|system|>", "<|user|>", "<|assistant|>", "<|observation|>", "<bos>", "<eos>", "<start_of_turn>", "<end_of_turn>",
]  # fmt: skip


def tokenizer(texts: Iterable[dict[str, Any]], template: str | None = None, end: str = END) -> PreTrainedTokenizerFast:
    """Byte-level, so that it decodes to the very text; special tokens of the common templates are whole."""
    made = Tokenizer(models.BPE())
    made.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    made.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=2048,
        special_tokens=SPECIAL,
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    made.train_from_iterator((json.dumps(text, ensure_ascii=False) for text in texts), trainer)
    fast = PreTrainedTokenizerFast(
        tokenizer_object=made,
        pad_token=PAD,
        eos_token=end,
        bos_token=BEGIN,
        clean_up_tokenization_spaces=False,
    )
    if template:
        fast.chat_template = template
    return fast


def model(words: PreTrainedTokenizerFast, length: int) -> LlamaForCausalLM:
    return LlamaForCausalLM(
        LlamaConfig(
            vocab_size=len(words),
            hidden_size=32,
            intermediate_size=64,
            num_hidden_layers=2,
            num_attention_heads=2,
            num_key_value_heads=2,
            max_position_embeddings=length,
            pad_token_id=words.pad_token_id,
            eos_token_id=words.eos_token_id,
        )
    )
