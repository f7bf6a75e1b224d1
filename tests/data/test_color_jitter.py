import colorsys

import numpy as np
import tensorflow as tf

from keras_vatt.data.color_jitter import color_jitter, color_map

CLIP = np.random.default_rng(0).integers(0, 256, (4, 6, 5, 3), "uint8")


def jittered(seed, frames=CLIP, **kwargs):
    return color_jitter(frames, (1, seed), **kwargs).numpy()


def test_one_draw_a_clip():
    still = np.stack([CLIP[0]] * 3)
    changed = jittered(3, still, probability=1.0)
    assert changed.shape == still.shape and changed.dtype == "uint8"
    np.testing.assert_array_equal(changed[0], changed[2])
    np.testing.assert_array_equal(changed, jittered(3, still, probability=1.0))
    assert not np.array_equal(changed, jittered(4, still, probability=1.0))


def test_share_of_clips_that_change():
    changed = [not np.array_equal(jittered(seed), CLIP) for seed in range(200)]
    # 160 of 200, standard deviation 5.7.
    assert 137 <= sum(changed) <= 183
    np.testing.assert_array_equal(jittered(0, probability=0.0), CLIP)


def test_each_change_by_itself():
    grey = np.array([[[[100, 100, 100], [140, 140, 140]]]], "uint8")
    none = {"brightness": 0, "contrast": 0, "saturation": 0, "hue": 0}

    def spread(**one):
        @tf.function
        def view(seed):
            seed = tf.stack([1, seed])
            return color_jitter(grey, seed, probability=1.0, **(none | one))

        views = [view(seed).numpy().astype(float) for seed in tf.range(300)]
        assert all(np.ptp(view, axis=-1).max() <= 1 for view in views)  # grey stays
        return np.stack(views)[:, 0, 0, :, 0]

    shift = spread(brightness=0.2) - [100, 140]
    np.testing.assert_allclose(shift[:, 0], shift[:, 1])
    # Uniform in +-51: deviation 51 / sqrt(3).
    assert abs(shift.mean()) < 5 and abs(shift.std() - 29.4) < 2 and shift.max() <= 51
    dark, light = spread(contrast=0.5).T
    np.testing.assert_allclose(dark + light, 240, atol=1)  # about the mean of 120
    factor = (light - dark) / 40
    assert factor.min() >= 0.47 and factor.max() <= 1.53
    assert abs(factor.mean() - 1) < 0.05 and abs(factor.std() - 0.5 / 3**0.5) < 0.03
    for other in ({"saturation": 0.5}, {"hue": 0.2}):
        np.testing.assert_allclose(spread(**other), [[100, 140]] * 300, atol=1)


def test_saturation_and_hue_leave_luma_alone():
    luma = np.array([0.299, 0.587, 0.114])
    matrix, _, offset = color_map(0.0, 1.0, 0.5, 0.0)
    red = np.array([200.0, 40, 40])
    # Halfway to the grey of the same luma.
    np.testing.assert_allclose(
        matrix.numpy() @ red + offset, (red + red @ luma) / 2, atol=0.3
    )
    matrix, _, _ = color_map(0.0, 1.0, 1.0, 2 * np.pi / 3)
    turned = matrix.numpy() @ red
    np.testing.assert_allclose(turned @ luma, red @ luma, atol=0.3)
    hue = colorsys.rgb_to_hsv(*np.clip(turned, 0, 255) / 255)[0]
    assert 0.2 < min(hue, 1 - hue) < 0.5  # a third of a turn from red, about


def test_brightness_and_contrast_by_hand():
    mean = np.array([10.0, 20.0, 30.0], "float32")
    matrix, pull, shift = (x.numpy() for x in color_map(5.0, 1.5, 1.0, 0.0))
    colour = np.array([50.0, 60.0, 70.0])
    # (50 + 5 - 15) * 1.5 + 15 and so on.
    np.testing.assert_allclose(
        matrix @ colour + pull @ mean + shift, [75, 85, 95], rtol=1e-5
    )
