import numpy as np

from keras_vatt.data.random_resized_crop import random_resized_crop

SIZE = (96, 128)


def ramps(num_frames=1):
    """Red counts columns, green counts rows, in steps of one."""
    image = np.zeros((*SIZE, 3), "uint8")
    image[..., 0] = np.arange(SIZE[1])
    image[..., 1] = np.arange(SIZE[0])[:, None]
    return np.stack([image] * num_frames)


def crop(seed, frames=None, size=(32, 32), **kwargs):
    frames = ramps() if frames is None else frames
    return random_resized_crop(frames, size, (2, seed), **kwargs).numpy()


def boxes(count, **kwargs):
    """Height and width of the parts, read off the slopes of the ramps."""
    views = np.stack([crop(seed, **kwargs)[0] for seed in range(count)]).astype(float)
    # Pixels 4 and 28 of 32 lie 24 / 32 of the part from each other.
    height = (views[:, 28, 16, 1] - views[:, 4, 16, 1]) / 24 * 32
    width = (views[:, 16, 28, 0] - views[:, 16, 4, 0]) / 24 * 32
    return height, width, views


def test_one_draw_a_clip():
    view = crop(1, ramps(3))
    assert view.shape == (3, 32, 32, 3) and view.dtype == "uint8"
    np.testing.assert_array_equal(view[0], view[2])
    np.testing.assert_array_equal(view, crop(1, ramps(3)))
    assert not np.array_equal(view, crop(2, ramps(3)))


def test_area_aspect_place_and_flip():
    height, width, views = boxes(300)
    assert 117 <= (width < 0).sum() <= 183  # 150 of 300, deviation 8.7
    width = np.abs(width)
    area, aspect = height * width / (SIZE[0] * SIZE[1]), width / height
    assert 0.05 < area.min() < 0.15 and 0.8 < area.max() < 1.05
    # As numpy draws them: uniform, but for those that do not fit.
    rng = np.random.default_rng(0)
    drawn = rng.uniform(0.08, 1, 100_000) * SIZE[0] * SIZE[1]
    shape = np.exp(rng.uniform(np.log(0.5), np.log(2), 100_000))
    fits = (np.sqrt(drawn / shape) <= SIZE[0]) & (np.sqrt(drawn * shape) <= SIZE[1])
    expected = drawn[fits] / SIZE[0] / SIZE[1]
    assert abs(area.mean() - expected.mean()) < 4 * expected.std() / 300**0.5
    assert abs(area.std() - expected.std()) < 0.04
    assert 0.45 < aspect.min() < 0.7 and 1.6 < aspect.max() < 2.25
    assert abs(np.log(aspect).mean()) < 0.2
    assert views[:, :, :, 1].min() <= 2 and views[:, :, :, 1].max() >= 93
    small = boxes(200, area=(0.25, 0.25), aspect=(1.0, 1.0), flip=False)
    np.testing.assert_allclose(small[0], 55.4, atol=2.5)  # sqrt(0.25 * 96 * 128)
    np.testing.assert_allclose(small[1], 55.4, atol=2.5)
    # Every place is as likely: 96 - 55 = 41 rows to start from, mean 20.5.
    starts = small[2][:, 0, 0, 1]
    assert starts.min() <= 2 and starts.max() >= 39 and abs(starts.mean() - 20.9) < 3.5


def test_shapes_that_never_fit_fall_back_to_the_centre():
    view = crop(0, area=(1.0, 1.0), aspect=(0.5, 0.5), flip=False)[0].astype(float)
    # All rows, and 96 / 2 = 48 columns at most.
    width = (view[16, 28, 0] - view[16, 4, 0]) / 24 * 32
    assert abs(width - 48) < 2.5 and view[-1, 0, 1] >= 93


def test_the_whole_frame_when_nothing_is_asked():
    kwargs = {"area": (1.0, 1.0), "aspect": (4 / 3, 4 / 3), "flip": False}
    np.testing.assert_array_equal(crop(0, size=SIZE, **kwargs), ramps())
