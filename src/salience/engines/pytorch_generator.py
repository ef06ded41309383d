"""Networks of Hugging Face checkpoints that write text, in PyTorch: for a GPU, and as reference."""

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor

from salience.decoding.generated import Generated, with_alternatives
from salience.decoding.generation_rules import GenerationRules
from salience.decoding.options import DecodingOptions
from salience.engines.engine import Tokens
from salience.engines.padding import padded


class PyTorchGenerator:
    """Implements Translator with a network of the transformers library."""

    name = "pytorch"
    explains = True

    def __init__(self, network: Any, rules: GenerationRules, *, device: str, threads: int) -> None:
        torch.set_num_threads(threads)
        self.device = device
        self._network = network.to(device).eval()
        self._rules = rules
        # What a checkpoint sets besides would come on top of the rules.
        network.generation_config = type(network.generation_config)(
            pad_token_id=network.config.pad_token_id,
            eos_token_id=rules.end,
            decoder_start_token_id=rules.start[0],
            suppress_tokens=list(rules.forbidden) or None,
        )

    @torch.inference_mode()
    def run(self, batch: Sequence[Tokens], options: DecodingOptions) -> list[Generated]:
        """Write the best outputs for a padded batch of whole sources."""
        tokens, lengths = (torch.from_numpy(array).to(self.device) for array in padded(batch))
        visible = torch.arange(tokens.size(1), device=self.device) < lengths[:, None]
        start = torch.tensor([self._rules.start] * len(batch), device=self.device)
        output = self._network.generate(
            input_ids=tokens.masked_fill(~visible, self._network.config.pad_token_id),
            attention_mask=visible.long(),
            decoder_input_ids=start,
            max_new_tokens=self._rules.longest(int(lengths.max())),
            min_new_tokens=self._rules.shortest(int(lengths.min())) or None,
            no_repeat_ngram_size=self._rules.blocked_repeat or None,
            num_beams=options.beam_size,
            num_return_sequences=options.num_hypotheses,
            length_penalty=options.length_penalty,
            do_sample=False,
        )
        written = output[:, start.size(1) :]
        scores = self._mean_scores(tokens, visible, output, options.num_hypotheses)
        made = [self._generated(*row) for row in zip(written.tolist(), scores, strict=True)]
        groups = [
            made[first : first + options.num_hypotheses]
            for first in range(0, len(made), options.num_hypotheses)
        ]
        best = [with_alternatives(group) for group in groups]
        if not options.explain:
            return best
        return [
            one._replace(attention=self._attention(source, one.tokens))
            for source, one in zip(batch, best, strict=True)
        ]

    def _attention(self, source: Tokens, written: Tokens) -> list[list[float]]:
        """Where the last layer looks before each token that was written, read off it once more."""
        outputs = self._network(
            input_ids=torch.tensor([source], device=self.device),
            decoder_input_ids=torch.tensor([[*self._rules.start, *written]], device=self.device),
            output_attentions=True,
        )
        weights = outputs.cross_attentions[-1][0].mean(dim=0)
        first = len(self._rules.start) - 1
        return weights[first : first + len(written)].tolist()  # type: ignore[no-any-return]

    def _mean_scores(
        self, tokens: Tensor, visible: Tensor, output: Tensor, copies: int
    ) -> list[float]:
        """The mean log-probability of what was written, read off the network once more."""
        scores = self._network(
            input_ids=tokens.masked_fill(
                ~visible, self._network.config.pad_token_id
            ).repeat_interleave(copies, 0),
            attention_mask=visible.long().repeat_interleave(copies, 0),
            decoder_input_ids=output[:, :-1],
        ).logits.log_softmax(-1)
        written = output[:, len(self._rules.start) :]
        told = scores[:, len(self._rules.start) - 1 :].gather(2, written[:, :, None])[:, :, 0]
        after_end = (written == self._rules.end).cumsum(1) - (written == self._rules.end).long() > 0
        counted = told.masked_fill(after_end, 0.0).sum(1) / (~after_end).sum(1)
        return counted.tolist()  # type: ignore[no-any-return]

    def _generated(self, written: list[int], score: float) -> Generated:
        finished = self._rules.end in written
        kept = written[: written.index(self._rules.end)] if finished else written
        return Generated(kept, score, finished)
