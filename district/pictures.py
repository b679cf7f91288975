"""Pictures from outside, drawn anew: what leaves here is pixels, without position, camera, comment or anything behind them."""

from __future__ import annotations

import io
import struct
import zlib
from typing import Final, Literal

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from PIL import ExifTags, Image

PictureFormat = Literal["JPEG", "PNG", "WEBP"]
_OPTIONS: Final[dict[PictureFormat, dict[str, int | bool]]] = {
    "JPEG": {"quality": 85, "optimize": True},
    "PNG": {},
    "WEBP": {"quality": 85},
}
# How a camera was held (EXIF 2.3, tag 0x0112), and what turns its picture upright.
_TURNS: Final = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
# What decoding hostile or damaged pictures raises, depending on the byte that is wrong.
_DAMAGED: Final = (
    EOFError,
    LookupError,
    OSError,
    OverflowError,
    struct.error,
    SyntaxError,
    TypeError,
    ValueError,
    zlib.error,
)


def redraw(content: bytes, kind: PictureFormat) -> bytes:
    """Return the picture upright, no larger than `PICTURE_MAX_SIDE` and without metadata; of an animation the first frame.

    Raises ValidationError in plain German where it has too many pixels or cannot be read to its end.
    """
    try:
        with Image.open(io.BytesIO(content), formats=[kind]) as picture:
            # Known from the first bytes: a bomb is refused before it is decoded.
            if picture.width * picture.height > settings.PICTURE_MAX_PIXELS:
                raise _too_many_pixels()
            return _encode(_upright(picture, settings.PICTURE_MAX_SIDE), kind)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise _too_many_pixels() from error
    except _DAMAGED as error:
        raise ValidationError(
            _(
                "Dieses Bild ist beschädigt oder unvollständig. Bitte speichern Sie es neu und wählen Sie es noch einmal."
            )
        ) from error


def _upright(picture: Image.Image, longest: int) -> Image.Image:
    # A JPEG can be decoded at half or a quarter of its size; made small first, the steps after it copy little.
    picture.draft(None, (longest, longest))
    drawn: Image.Image = picture
    if drawn.mode.startswith("I"):  # 16 bits of grey, of which `convert` would keep the darkest part alone
        drawn = drawn.convert("I").point(lambda value: value / 256).convert("L")
    mode = "RGBA" if drawn.has_transparency_data else "RGB"
    if drawn.mode != mode:
        drawn = drawn.convert(mode)
    drawn.thumbnail((longest, longest), Image.Resampling.LANCZOS)
    turn = _turn(picture)
    return drawn if turn is None else drawn.transpose(turn)


def _turn(picture: Image.Image) -> Image.Transpose | None:
    try:
        return _TURNS.get(picture.getexif().get(ExifTags.Base.Orientation, 1))
    except _DAMAGED:  # It is thrown away anyhow; the picture itself may be whole.
        return None


def _encode(picture: Image.Image, kind: PictureFormat) -> bytes:
    # Some writers take what they find here although nobody asked them to: comment, colour profile.
    picture.info = {}
    file = io.BytesIO()
    picture.save(file, format=kind, **_OPTIONS[kind])
    return file.getvalue()


def _too_many_pixels() -> ValidationError:
    return ValidationError(
        _("Dieses Bild hat zu viele Bildpunkte. Erlaubt sind höchstens %(most)s Megapixel.")
        % {"most": settings.PICTURE_MAX_PIXELS // 1_000_000}
    )
