"""A picture as it is sent: few colours, and the same bytes for the same picture (pure)."""

from dataclasses import dataclass
from io import BytesIO

from PIL import Image


@dataclass(frozen=True, slots=True)
class Drawn:
    """A PNG; ``width`` and ``height`` in pixels."""

    data: bytes
    width: int
    height: int


def finished(image: Image.Image) -> Drawn:
    """Return *image* as a PNG of 64 colours: what smoothing adds to them does not show."""
    out = BytesIO()
    image.quantize(64, method=Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE).save(out, "PNG")
    return Drawn(out.getvalue(), image.width, image.height)
