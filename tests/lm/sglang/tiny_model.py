"""Writes a Qwen3 of 0.5 M random parameters, with a tokenizer and a chat template of its own, in seconds.

    python tiny_model.py FOLDER

Random weights say nothing worth reading, and exercise a grammar harder than a good model would.
"""

import email
import json
import logging
import sys
from pathlib import Path

import torch
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
from transformers import PreTrainedTokenizerFast, Qwen3Config, Qwen3ForCausalLM

END, START, STOP = "<|endoftext|>", "<|im_start|>", "<|im_end|>"
ADDED = ["<think>", "</think>", "<tool_call>", "</tool_call>", "<tool_response>", "</tool_response>"]
TEMPLATE = """\
{%- if tools %}<|im_start|>system
{% if messages[0].role == 'system' %}{{ messages[0].content }}

{% endif %}# Tools

You may call one or more functions. Signatures within <tools></tools>:
<tools>{% for tool in tools %}
{{ tool | tojson }}{% endfor %}
</tools>

For each call return json within <tool_call></tool_call>:
<tool_call>
{"name": <function-name>, "arguments": <args-json-object>}
</tool_call><|im_end|>
{% elif messages[0].role == 'system' %}<|im_start|>system
{{ messages[0].content }}<|im_end|>
{% endif %}{% for m in messages %}{% if m.role == 'user' or (m.role == 'system' and not loop.first) %}<|im_start|>{{ m.role }}
{{ m.content }}<|im_end|>
{% elif m.role == 'assistant' %}<|im_start|>assistant
{{ m.content or '' }}{% if m.tool_calls %}{% for call in m.tool_calls %}
<tool_call>
{"name": "{{ call.function.name }}", "arguments": {{ call.function.arguments | tojson }}}
</tool_call>{% endfor %}{% endif %}<|im_end|>
{% elif m.role == 'tool' %}<|im_start|>user
<tool_response>
{{ m.content }}
</tool_response><|im_end|>
{% endif %}{% endfor %}{% if add_generation_prompt %}<|im_start|>assistant
{% if enable_thinking is defined and enable_thinking is false %}<think>

</think>

{% endif %}{% endif %}"""


def tokenizer() -> PreTrainedTokenizerFast:
    """Byte-level BPE, learned from Python's own json and email packages; so small that a quote soon ends a string."""
    made = Tokenizer(models.BPE())
    made.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    made.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=600,
        special_tokens=[END, START, STOP],
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    sources = [path for package in (json, email) for path in sorted(Path(package.__file__).parent.glob("*.py"))]
    made.train_from_iterator((path.read_text(encoding="utf-8") for path in sources), trainer)
    made.add_tokens(ADDED)
    fast = PreTrainedTokenizerFast(tokenizer_object=made, eos_token=STOP, pad_token=END)
    fast.chat_template = TEMPLATE
    return fast


def main(folder: Path) -> None:
    logging.getLogger("transformers").setLevel(logging.ERROR)
    torch.manual_seed(0)
    words = tokenizer()
    end, stop = words.convert_tokens_to_ids([END, STOP])
    config = Qwen3Config(
        vocab_size=640,
        hidden_size=128,
        intermediate_size=256,
        num_hidden_layers=2,
        num_attention_heads=4,
        num_key_value_heads=2,
        head_dim=64,
        max_position_embeddings=32768,
        tie_word_embeddings=True,
        bos_token_id=end,
        eos_token_id=stop,
        pad_token_id=end,
    )
    Qwen3ForCausalLM(config).to(torch.bfloat16).save_pretrained(folder)
    words.save_pretrained(folder)  # last: its files say that the model is whole


if __name__ == "__main__":
    main(Path(sys.argv[1]))
