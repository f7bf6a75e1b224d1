import os
import pathlib

import pytest

from keras_vatt.data.media import MediaError, open_media, resolve_media
from tests.data.media_files import write_video


@pytest.fixture
def root(tmp_path):
    root = tmp_path / "root"
    root.mkdir()
    write_video(root / "clip.mp4", num_frames=3, audio_seconds=None)
    return root


def refused(path, root, **kwargs):
    with pytest.raises(MediaError) as caught:
        with open_media(path, root, **kwargs):
            pass
    return str(caught.value)


def test_a_file_under_the_root_opens(root):
    for path in ("clip.mp4", str(root / "clip.mp4"), "./clip.mp4"):
        with open_media(path, root) as container:
            assert len(list(container.decode(video=0))) == 3


@pytest.mark.parametrize(
    "name",
    [
        "concat:clip.mp4|clip.mp4",
        "http://127.0.0.1:9/clip.mp4",
        "file:clip.mp4",
        "subfile,,start,0,end,9,,:clip.mp4",
    ],
)
def test_protocols_are_refused(root, name):
    message = refused(name, root)
    assert name in message and str(root) in message
    if not name.startswith("subfile"):
        assert "names a protocol" in message and "only files are opened" in message


def test_a_file_named_like_a_protocol_is_a_file(root):
    os.rename(root / "clip.mp4", root / "concat:clip.mp4")
    with open_media("concat:clip.mp4", root) as container:
        assert len(list(container.decode(video=0))) == 3


PLAYLISTS = {
    "m3u8": "#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\nclip.mp4\n#EXT-X-ENDLIST\n",
    "ffconcat": "ffconcat version 1.0\nfile 'clip.mp4'\n",
    "dash": '<?xml version="1.0"?>\n<MPD xmlns="urn:mpeg:dash:schema:mpd:2011"/>\n',
    "sdp": "v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nm=video 9 RTP/AVP 96\n",
}


@pytest.mark.parametrize("kind", PLAYLISTS)
def test_playlists_are_refused_whatever_their_suffix(root, kind):
    (root / "list.mp4").write_text(PLAYLISTS[kind])
    message = refused("list.mp4", root)
    assert "'list.mp4' is a playlist" in message and "Expected a media file" in message


def test_nothing_outside_the_root(root):
    outside = root.parent / "outside.mp4"
    os.rename(root / "clip.mp4", outside)
    (root / "link.mp4").symlink_to(outside)
    (root / "folder").symlink_to(root.parent)
    names = ["link.mp4", "folder/outside.mp4", "../outside.mp4", str(outside)]
    for name in names:
        message = refused(name, root)
        assert name in message and str(outside) in message
        assert "--allow-outside" in message
        with open_media(name, root, allow_outside=True) as container:
            assert len(list(container.decode(video=0))) == 3


def test_a_root_with_the_same_beginning_is_another(root):
    other = pathlib.Path(f"{root}-other")
    other.mkdir()
    os.rename(root / "clip.mp4", other / "clip.mp4")
    assert "outside the data root" in refused(str(other / "clip.mp4"), root)


def test_no_regular_file(root):
    os.mkfifo(root / "pipe.mp4")  # opening it would wait for ever
    (root / "empty.mp4").touch()
    assert "no regular file" in refused("pipe.mp4", root)
    assert "no regular file" in refused(".", root)
    assert "'empty.mp4' is empty (0 bytes)" in refused("empty.mp4", root)
    assert "no path" in refused("a\0b.mp4", root)
    message = refused("missing.mp4", root)
    assert "No such file" in message and str(root / "missing.mp4") in message
    (root / "loop.mp4").symlink_to(root / "loop.mp4")
    assert "cannot be read" in refused("loop.mp4", root)
    # The other rules stand when the root's is lifted.
    assert "no regular file" in refused("/dev/null", root, allow_outside=True)


def test_not_a_video(root):
    (root / "text.mp4").write_text("this is no video, only words. " * 99)
    message = refused("text.mp4", root)
    assert "'text.mp4' is not a video" in message
    assert "Expected one of the containers" in message


def test_resolve_gives_the_real_path(root):
    (root / "link.mp4").symlink_to(root / "clip.mp4")
    assert resolve_media("link.mp4", root) == os.path.realpath(root / "clip.mp4")
