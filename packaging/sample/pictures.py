"""Pictures and sounds of the sample matters: drawn, not taken from anybody's phone."""

from __future__ import annotations

import io
import math
import random
import wave
from array import array

from PIL import Image, ImageDraw, ImageFont

from casedesk.base import fonts

WIDTH, HEIGHT = 1080, 2400
INK, GREY, PAPER, BUBBLE, MINE = "#1c1c1e", "#8e8e93", "#ffffff", "#e9e9eb", "#34a853"


def _font(size: int, face: fonts.Face = fonts.HEI) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(face.path), size)


def _draw(draw: ImageDraw.ImageDraw, at: tuple[float, float], text: str, size: int, fill: str = INK,
          face: fonts.Face = fonts.HEI) -> float:
    """Draw one line with stand-in faces; returns where it ends."""
    x, y = at
    for run, part in fonts.runs(text, face):
        font = _font(size, run or face)
        draw.text((x, y), part, font=font, fill=fill)
        x += font.getlength(part)
    return x


def _width(text: str, size: int) -> float:
    return sum(_font(size, run or fonts.HEI).getlength(part) for run, part in fonts.runs(text, fonts.HEI))


def _wrapped(text: str, size: int, width: float) -> list[str]:
    lines, line = [], ""
    for char in text:
        if char == "\n" or _width(line + char, size) > width:
            lines.append(line)
            line = "" if char == "\n" else char
        else:
            line += char
    return [*lines, line]


def _phone(title: str, clock: str) -> tuple[Image.Image, ImageDraw.ImageDraw]:
    image = Image.new("RGB", (WIDTH, HEIGHT), PAPER)
    draw = ImageDraw.Draw(image)
    _draw(draw, (60, 40), clock, 44)
    draw.rounded_rectangle((940, 48, 1010, 84), 8, outline=INK, width=4)
    draw.rectangle((946, 54, 990, 78), fill=INK)
    _draw(draw, (60, 150), "‹", 72, "#0a7aff")
    _draw(draw, ((WIDTH - _width(title, 50)) / 2, 156), title, 50)
    draw.line((0, 260, WIDTH, 260), fill="#d1d1d6", width=2)
    return image, draw


def chat(title: str, clock: str, lines: list[tuple[str, str, bool]]) -> bytes:
    """A screenshot of a message thread: (time, words, ours) each; PNG bytes."""
    image, draw = _phone(title, clock)
    y = 310.0
    for when, words, ours in lines:
        _draw(draw, ((WIDTH - _width(when, 34)) / 2, y), when, 34, GREY)
        rows = _wrapped(words, 46, 720)
        wide = max(_width(row, 46) for row in rows) + 72
        tall = len(rows) * 66 + 52
        left = WIDTH - 50 - wide if ours else 50.0
        draw.rounded_rectangle((left, y + 64, left + wide, y + 64 + tall), 36, fill=MINE if ours else BUBBLE)
        for number, row in enumerate(rows):
            _draw(draw, (left + 36, y + 86 + number * 66), row, 46, PAPER if ours else INK)
        y += tall + 130
    return _png(image)


def call_list(title: str, clock: str, calls: list[tuple[str, str, bool]]) -> bytes:
    """A screenshot of a call list: (number, when, missed) each; PNG bytes."""
    image, draw = _phone(title, clock)
    for row, (number, when, missed) in enumerate(calls[:13]):
        y = 300 + row * 156
        _draw(draw, (70, y), number, 52, "#d0342c" if missed else INK)
        _draw(draw, (70, y + 66), "未接来电" if missed else "来电", 36, GREY)
        _draw(draw, (WIDTH - 70 - _width(when, 40), y + 20), when, 40, GREY)
        draw.line((70, y + 132, WIDTH, y + 132), fill="#e5e5ea", width=2)
    return _png(image)


def notice_photo(title: str, body: str) -> bytes:
    """A photo, 4000 x 3000, of a notice stuck on a door, with a position in its EXIF data; JPEG bytes."""
    rough = random.Random(title)
    image = Image.new("RGB", (400, 300), "#7a4a2b")
    draw = ImageDraw.Draw(image)
    for x in range(0, 400, 9):
        draw.line((x, 0, x + rough.randint(-6, 6), 300), fill=rough.choice(["#6d4126", "#84532f", "#734527"]), width=3)
    image = image.resize((4000, 3000), Image.Resampling.BICUBIC)
    sheet = Image.new("RGB", (1900, 2500), "#f4f1e8")
    ink = ImageDraw.Draw(sheet)
    _draw(ink, ((1900 - _width(title, 150)) / 2, 200), title, 150, "#a01818", fonts.HEI_BOLD)
    for number, row in enumerate(_wrapped(body, 84, 1500)):
        _draw(ink, (200, 520 + number * 140), row, 84, INK, fonts.SONG)
    turned = sheet.rotate(3, expand=True, fillcolor="#7a4a2b", resample=Image.Resampling.BICUBIC)
    image.paste(turned, (1000, 180))
    exif = Image.Exif()
    exif[0x010F], exif[0x0112] = "Sample", 1
    exif.get_ifd(0x8825).update({1: "N", 2: (30.0, 15.0, 0.0), 3: "E", 4: (120.0, 10.0, 0.0)})
    out = io.BytesIO()
    image.save(out, "JPEG", quality=72, exif=exif)
    return out.getvalue()


def ringing(seconds: int) -> bytes:
    """A recording, 8 kHz mono: a line that hums and murmurs; WAV bytes."""
    samples = array("h", (
        int(2500 * math.sin(i / 8000 * math.tau * 180) * (0.5 + 0.5 * math.sin(i / 8000 * math.tau * 3)))
        for i in range(8000 * seconds)))
    out = io.BytesIO()
    with wave.open(out, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(8000)
        sound.writeframes(samples.tobytes())
    return out.getvalue()


def _png(image: Image.Image) -> bytes:
    out = io.BytesIO()
    image.quantize(32).save(out, "PNG", optimize=True)
    return out.getvalue()
