"""The copy as a PDF, made in memory: no browser, so no file on the disk on the way."""

from io import BytesIO
from xml.sax.saxutils import escape

from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.platypus import PageBreak, Paragraph, SimpleDocTemplate, Spacer, Table

#: a font that PDF readers bring along, with Latin and Chinese letters
FONT = "STSong-Light"
MAX_TEXT = 1500


def render(copy, words):
    """Return the bytes of the PDF.

    :param dict copy: see ``client_copy.make_copy``
    :param dict words: the headings in the language of the client
    """
    pdfmetrics.registerFont(UnicodeCIDFont(FONT))
    output = BytesIO()
    document = SimpleDocTemplate(
        output, pagesize=A4, title=words["title"], leftMargin=42, rightMargin=42
    )
    document.build(list(_story(copy, words)), onLaterPages=_foot, onFirstPage=_foot)
    return output.getvalue()


def _style(size, space=4):
    return ParagraphStyle(
        f"s{size}",
        fontName=FONT,
        fontSize=size,
        leading=size * 1.4,
        spaceAfter=space,
        wordWrap="CJK",
    )


def _foot(canvas, document):
    canvas.setFont(FONT, 8)
    canvas.drawCentredString(A4[0] / 2, 20, str(document.page))


def _paragraph(text, size=9):
    return Paragraph(escape(str(text))[:MAX_TEXT], _style(size, 0))


def _story(copy, words):
    yield Paragraph(escape(words["title"]), _style(18, 10))
    yield _paragraph(f"{copy['client']} · {copy['request']} · {copy['made_on']}", 10)
    yield Spacer(1, 12)
    for key in ("contact", "archive"):
        if key in copy:
            yield Paragraph(escape(words[key]), _style(13))
            yield from _pairs(copy[key], words["fields"])
    for block in copy.get("records", {}).values():
        yield Paragraph(escape(block["label"]), _style(13))
        for row in block["rows"]:
            yield from _pairs(row, block["fields"])
    if copy.get("uses"):
        yield Paragraph(escape(words["uses"]), _style(13))
        for use in copy["uses"]:
            line = f"{use['use']} · {use['role']} · {use['times']} · {use['last']}"
            yield _paragraph(line)
    yield PageBreak() if copy.get("records") else Spacer(1, 6)
    yield Paragraph(escape(words["explanation"]), _style(13))
    if not copy["explanation"]:
        yield _paragraph(words["none"])
    for one in copy["explanation"]:
        yield _paragraph(f"{one['what']}: {one['class'] or '–'}", 11)
        for factor in one["factors"]:
            yield _paragraph(
                f"{factor['what']}: {factor['value']} → {factor['points']:+d}"
            )


def _pairs(row, labels):
    """Return a table of what is known; what is empty is left out."""
    known = [
        [_paragraph(labels.get(name, name)), _paragraph(_text(value))]
        for name, value in row.items()
        if value not in (None, "", [], False) and not _is_picture(value)
    ]
    if known:
        yield Table(
            known, colWidths=[160, 350], style=[("VALIGN", (0, 0), (-1, -1), "TOP")]
        )
    yield Spacer(1, 8)


def _text(value):
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return "✓" if value is True else value


def _is_picture(value):
    return isinstance(value, str) and value.startswith("iVBOR") and len(value) > 60
