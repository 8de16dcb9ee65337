#!/bin/sh
# Makes media/movable-type.mp4: a test picture and a tone, as long as its caption tracks.
# The picture is tiny and slow on purpose, so that two minutes of real H.264 and AAC stay small in the repository.
# Needs ffmpeg.
set -eu

media="$(cd "$(dirname "$0")/../media" && pwd)"
seconds=128

ffmpeg -v error -y \
  -f lavfi -i "testsrc2=size=128x72:rate=1:duration=$seconds" \
  -f lavfi -i "sine=frequency=220:sample_rate=8000:duration=$seconds" \
  -c:v libx264 -profile:v baseline -pix_fmt yuv420p -preset veryslow -crf 40 -g 60 \
  -c:a aac -b:a 8k -ac 1 -metadata:s:a:0 language=eng \
  -metadata title="The story of movable type" \
  -fflags +bitexact -flags:v +bitexact -flags:a +bitexact -movflags +faststart \
  "$media/movable-type.mp4"

ls -l "$media/movable-type.mp4"
