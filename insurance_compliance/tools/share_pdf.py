"""Draw a packet as PDF, in memory: neither a file nor another program sees it.

Odoo's own reports are printed by a program that reads the page from a file on disk.
"""

from io import BytesIO
from typing import NamedTuple
from xml.sax.saxutils import escape

from reportlab.lib import colors
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.platypus import (
    Paragraph,
    SimpleDocTemplate,
    Spacer,
    Table,
    TableStyle,
)

#: a font of all PDF viewers, for Chinese and Latin letters: nothing to ship
FONT = "STSong-Light"
MARGIN = 18 * mm
TEXT = ParagraphStyle("text", fontName=FONT, fontSize=9, leading=13, wordWrap="CJK")
SMALL = ParagraphStyle("small", TEXT, fontSize=7.5, leading=10, textColor=colors.grey)
TITLE = ParagraphStyle("title", TEXT, fontSize=16, leading=22)
HEADING = ParagraphStyle("heading", TEXT, fontSize=11, leading=16, spaceBefore=10)
GRID = TableStyle(
    [
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
        ("LINEBELOW", (0, 0), (-1, -1), 0.25, colors.lightgrey),
        ("LEFTPADDING", (0, 0), (-1, -1), 2),
        ("RIGHTPADDING", (0, 0), (-1, -1), 2),
    ]
)


class Section(NamedTuple):
    """One part of the packet: facts without columns, or rows under columns."""

    title: str
    rows: list
    columns: tuple = ()


class Document(NamedTuple):
    title: str
    facts: list
    sections: list
    notice: str
    #: who received it and when; stands on every page
    watermark: str


def build(document):
    """Return the PDF as bytes."""
    pdfmetrics.registerFont(UnicodeCIDFont(FONT))
    buffer = BytesIO()
    template = SimpleDocTemplate(
        buffer,
        pagesize=A4,
        title=document.title,
        leftMargin=MARGIN,
        rightMargin=MARGIN,
        topMargin=MARGIN,
        bottomMargin=MARGIN + 6 * mm,
    )
    story = [
        Paragraph(escape(document.title), TITLE),
        _table(document.facts, (), template.width),
        Spacer(1, 4 * mm),
        Paragraph(escape(document.notice), SMALL),
    ]
    for section in document.sections:
        story.append(Paragraph(escape(section.title), HEADING))
        story.append(_table(section.rows, section.columns, template.width))

    def mark(canvas, _template):
        _mark_page(canvas, document.watermark)

    template.build(story, onFirstPage=mark, onLaterPages=mark)
    return buffer.getvalue()


def _table(rows, columns, width):
    cells = [[_cell(text, TEXT) for text in row] for row in rows]
    if columns:
        cells.insert(0, [_cell(text, SMALL) for text in columns])
        widths = [width / len(columns)] * len(columns)
    else:
        widths = [width * 0.3, width * 0.7]
    if not cells:
        return Paragraph("–", TEXT)
    return Table(cells, colWidths=widths, repeatRows=bool(columns), style=GRID)


def _cell(text, style):
    return Paragraph(escape(str(text or "–")).replace("\n", "<br/>"), style)


def _mark_page(canvas, watermark):
    """Write the recipient over the page, pale enough to read what is below."""
    width, height = A4
    canvas.saveState()
    canvas.setFont(FONT, 13)
    canvas.setFillColor(colors.Color(0.35, 0.35, 0.35, alpha=0.16))
    canvas.translate(width / 2, height / 2)
    canvas.rotate(35)
    for line in range(-5, 6):
        canvas.drawCentredString(0, line * 36 * mm, watermark)
    canvas.restoreState()
    canvas.saveState()
    canvas.setFont(FONT, 7.5)
    canvas.setFillColor(colors.grey)
    canvas.drawString(MARGIN, 12 * mm, watermark)
    canvas.drawRightString(width - MARGIN, 12 * mm, str(canvas.getPageNumber()))
    canvas.restoreState()
