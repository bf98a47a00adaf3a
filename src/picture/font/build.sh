#!/bin/sh
# Builds the font of the pictures anew, from packages by their names: Debian's fonts-noto-cjk (the font and its licence)
# and PyPI's fonttools. Run it in an empty folder; it leaves NotoSansSC-subset.otf and OFL.txt there. README.md says why.
set -eu

FONTTOOLS=4.68.0
apt-get download fonts-noto-cjk
dpkg-deb -x fonts-noto-cjk_*.deb unpacked
python3 -m venv tools
tools/bin/pip install --quiet "fonttools==$FONTTOOLS"

# ASCII, the punctuation and signs of the templates, and the 6,763 characters of GB 2312 (levels 1 and 2).
tools/bin/python - >characters.txt <<'PYTHON'
characters = {chr(code) for code in range(0x20, 0x7F)}
characters |= set("·×–—‘’“”…□、。《》「」『』【】〇〈〉！（），．：；？～％＋－／＝℃√→←↑↓①②③④⑤⑥⑦⑧⑨⑩")
for row in range(0xB0, 0xF8):
    for cell in range(0xA1, 0xFF):
        try:
            characters.add(bytes([row, cell]).decode("gb2312"))
        except UnicodeDecodeError:
            pass
print("".join(sorted(characters)), end="")
PYTHON

# Number 2 of the collection is SC. Pictures are drawn without hints, and a label needs no more than its characters in a
# row: no layout features, nothing for vertical text.
tools/bin/pyftsubset unpacked/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc --font-number=2 \
  --text-file=characters.txt --output-file=NotoSansSC-subset.otf \
  --no-hinting --layout-features='' --notdef-outline --name-IDs='0,1,2,3,4,5,6,13,14' --drop-tables+=vhea,vmtx,VORG,BASE

# The copyright as the font states it, the licence as the package does.
{
  printf '%s\n\n' "Copyright 2014-2021 Adobe (http://www.adobe.com/), Google Corporation. A subset of Noto Sans CJK SC, version 2.004."
  sed -n '/^ SIL OPEN FONT LICENSE/,/^License: GPL/p' unpacked/usr/share/doc/fonts-noto-cjk/copyright |
    sed -e '/^License:/d' -e '/^ -----/d' -e 's/^ \.$//' -e 's/^ //'
} >OFL.txt
ls -l NotoSansSC-subset.otf
