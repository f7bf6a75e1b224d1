import numpy as np

from keras_vatt.data.random_view import random_view


def ramps(num_frames=3, height=32, width=48):
    """Red rises with x and green with y, from 0 to 240; frames are alike."""
    image = np.zeros((height, width, 3), "uint8")
    image[..., 0] = np.linspace(0, 240, width)
    image[..., 1] = np.linspace(0, 240, height)[:, None]
    return np.stack([image] * num_frames)


def test_one_draw_a_clip():
    view = random_view(ramps(), (16, 16), seed=(3, 4)).numpy()
    assert view.shape == (3, 16, 16, 3) and view.dtype == "uint8"
    np.testing.assert_array_equal(view[0], view[1])
    np.testing.assert_array_equal(view[0], view[2])
    again = random_view(ramps(), (16, 16), seed=(3, 4)).numpy()
    np.testing.assert_array_equal(view, again)
    assert not np.array_equal(view, random_view(ramps(), (16, 16), seed=(3, 5)))


def test_draws_cover_what_they_should():
    views = [
        random_view(ramps(1), (16, 16), (7, seed)).numpy()[0] for seed in range(80)
    ]
    slopes = np.array([view[8, 12, 0] - float(view[8, 4, 0]) for view in views])
    # Half of 80 is mirrored: 40 with a standard deviation of 4.5.
    assert 22 <= np.sum(slopes < 0) <= 58
    # Unstretched, 8 pixels of 24 (48 * 16 / 32) are a third of the range. Stretched
    # by 0.8 to 1.2 either way they are 0.67 to 1.5 times that.
    assert np.abs(slopes).max() > 1.1 * 80 and np.abs(slopes).min() > 0.6 * 80
    starts = np.array([min(view[8, 0, 0], view[8, 15, 0]) for view in views])
    assert starts.min() < 20 and starts.max() > 60  # crops reach both ends


def test_plain_view_when_nothing_is_asked():
    view = random_view(ramps(1), (32, 48), (1, 1), jitter=0.0, flip=False).numpy()
    np.testing.assert_array_equal(view, ramps(1))
