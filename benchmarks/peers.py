r"""The video tower beside Hugging Face's `VivitModel`, both under PyTorch.

    pip install 'keras-vatt[benchmarks,torch]'
    KERAS_BACKEND=torch python benchmarks/peers.py

Same tokens (tubelets of 4x16x16: 1,568 of a clip of 32 frames), same sizes, float32,
scaled dot-product attention, `hidden_act="gelu"`, no dropout, no pooler; random
weights; interleaved step by step in one process. Training is forward, gradient and one
step of PyTorch's Adam on both sides. Three comparisons:

- forward, and training without DropToken: the same amount of work;
- training with DropToken 0.5 beside VivitModel, which has nothing of the kind:
  *different amounts of work*, the same clips.

Cost: at Base size and batch 2 about ten minutes on two cores.

Last figures, two cores with AVX-512: training 1.01 of VivitModel's speed (bar 0.95),
with DropToken 0.5 2.31 (1.8), forward 0.94 in that run, 0.96 of seven rounds after it
and 0.97 to 1.01 in another run of the day: about its bar of 0.95.
"""

import argparse
import os
import statistics
import time

os.environ["KERAS_BACKEND"] = "torch"  # VivitModel knows no other

import torch  # noqa: E402
from transformers import VivitConfig, VivitModel  # noqa: E402

import keras_vatt  # noqa: E402


def parse():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--batch-size", type=int, default=2)
    parser.add_argument("--num-layers", type=int, default=12)
    parser.add_argument("--hidden-dim", type=int, default=768)
    parser.add_argument("--frames", type=int, default=32)
    parser.add_argument("--image-size", type=int, default=224)
    parser.add_argument("--steps", type=int, default=3)
    parser.add_argument("--rounds", type=int, default=3)
    return parser.parse_args()


def vatt(args, drop_token_rate=0.0):
    return keras_vatt.models.VATTVideoBackbone(
        (args.frames, args.image_size, args.image_size, 3),
        num_layers=args.num_layers,
        num_heads=args.hidden_dim // 64,
        hidden_dim=args.hidden_dim,
        mlp_dim=4 * args.hidden_dim,
        dropout=0.0,
        drop_token_rate=drop_token_rate,
    )


def vivit(args):
    config = VivitConfig(
        image_size=args.image_size,
        num_frames=args.frames,
        tubelet_size=[4, 16, 16],
        hidden_size=args.hidden_dim,
        num_hidden_layers=args.num_layers,
        num_attention_heads=args.hidden_dim // 64,
        intermediate_size=4 * args.hidden_dim,
        hidden_act="gelu",
        hidden_dropout_prob=0.0,
        attention_probs_dropout_prob=0.0,
    )
    config._attn_implementation = "sdpa"
    return VivitModel(config, add_pooling_layer=False)


def forward_of(call):
    def step():
        with torch.no_grad():
            return call().sum().item()

    return step


def training_of(parameters, call):
    optimizer = torch.optim.Adam(parameters, 1e-4)

    def step():
        optimizer.zero_grad()
        loss = call().square().mean()
        loss.backward()
        optimizer.step()
        return loss.item()

    return step


def ratios(ours, theirs, args):
    """Their median time over ours, a number a round."""
    found = []
    for step in (ours, theirs):
        step(), step()
    for _ in range(args.rounds):
        times = {ours: [], theirs: []}
        for _ in range(args.steps):
            for step, seen in times.items():
                start = time.perf_counter()
                step()
                seen.append(time.perf_counter() - start)
        mine, other = (statistics.median(times[step]) for step in (ours, theirs))
        print(f"    ours {mine:.2f} s, VivitModel {other:.2f} s", flush=True)
        found.append(other / mine)
    return found


def main():
    args = parse()
    shape = (args.batch_size, args.frames, args.image_size, args.image_size, 3)
    video = torch.rand(shape) * 2 - 1
    frames_first = video.permute(0, 1, 4, 2, 3).contiguous()  # (b, T, c, H, W)
    peer = vivit(args)

    def peer_call():
        return peer(frames_first).last_hidden_state[:, 0]

    def call_of(tower, training):
        return lambda: tower(video, training=training)["pooled_output"]

    whole, dropping = vatt(args), vatt(args, 0.5)
    theirs = training_of(peer.parameters(), peer_call)
    rows = (
        ("forward", forward_of(call_of(whole, False)), forward_of(peer_call)),
        ("training", training_of(whole.parameters(), call_of(whole, True)), theirs),
        (
            "training with DropToken 0.5 (half the tokens: less work)",
            training_of(dropping.parameters(), call_of(dropping, True)),
            theirs,
        ),
    )
    for name, ours, other in rows:
        seen = ratios(ours, other, args)
        print(
            f"RESULT {name}: {statistics.median(seen):.2f} of VivitModel's speed "
            f"({min(seen):.2f} to {max(seen):.2f})"
        )


if __name__ == "__main__":
    main()
