"""Counted operations, against the published size's figures of the design."""

from keras_vatt import models
from keras_vatt.training.flops import forward_flops, train_flops
from tests.models import tiny


def test_toy_counted_by_hand():
    """One layer of width 8 (2 heads of 4, perceptron 16), half of 8 tokens dropped."""
    backbone = tiny.specific()
    counts = forward_flops(backbone, candidates=2)
    block = 2 * 5 * 4 * 8 * 8 + 4 * 5**2 * 8 + 2 * 5 * 2 * 8 * 16
    assert counts["video"] == counts["audio"] == block
    assert counts["text"] == 2 * (block + 2 * 5 * 6 * 8)
    assert counts["patches"] == 2 * 8 * (4 * 16 * 16 * 3 + 64) // 2
    assert train_flops(backbone, 2) == 3 * counts["total"] - counts["patches"]


def test_base_size_is_the_design_s():
    """Design section 8: 156, 115 and 3 GFLOP forward, 625 in all without DropToken;
    of the 8 for all patches, DropToken leaves half."""
    base = dict(num_layers=12, num_heads=12, hidden_dim=768, mlp_dim=3072)

    class Towers:
        """The towers' sizes, without their 200 million variables."""

        towers = {}

    from types import SimpleNamespace as Size

    def tower(shape, tokens):
        return Size(
            **base,
            head_dim=64,
            input=Size(shape=(None, *shape)),
            output={"sequence_output": Size(shape=(None, tokens, 768))},
            drop_token=Size(kept=lambda n: n // 2),
        )

    Towers.towers = {
        "video": tower((32, 224, 224, 3), 1568),
        "audio": tower((153600, 1), 1200),
        "text": models.VATTTextBackbone(vocabulary_size=10),
    }
    dropped = forward_flops(Towers, candidates=5)
    rounded = {name: round(value / 1e9) for name, value in dropped.items()}
    expected = {"video": 156, "audio": 115, "patches": 4, "text": 3, "total": 279}
    assert rounded == expected
    assert round(forward_flops(Towers, 5, training=False)["total"] / 1e9) == 625
