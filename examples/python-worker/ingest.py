"""Turns caption tracks into an index of embedded segments. A worker as there are many: it knows nothing of who runs it."""

import argparse
import json
import re
import time
import zlib
from pathlib import Path

from tqdm import tqdm

CUE = re.compile(r"(\d\d:\d\d:\d\d\.\d{3}) --> (\d\d:\d\d:\d\d\.\d{3})[^\n]*\n(.+?)(?:\n\n|\Z)", re.S)


def read_segments(track: Path) -> list[dict]:
    cues = CUE.findall(track.read_text(encoding="utf-8"))
    if not cues:
        raise SystemExit(f"{track}: no cues found. Is it a WebVTT file?")
    return [{"start": start, "end": end, "text": text.strip()} for start, end, text in cues]


def embed(text: str, size: int = 64) -> list[float]:
    vector = [0.0] * size
    for word in re.findall(r"\w+", text.lower()):
        vector[zlib.crc32(word.encode()) % size] += 1.0
    time.sleep(0.01)  # the model
    length = sum(value * value for value in vector) ** 0.5 or 1.0
    return [value / length for value in vector]


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("tracks", nargs="+", type=Path)
    parser.add_argument("--out", type=Path, required=True)
    args = parser.parse_args()

    index = []
    for track in args.tracks:
        for segment in tqdm(read_segments(track), desc="embedding", unit="segments", mininterval=0.05):
            index.append({**segment, "vector": embed(segment["text"])})
    args.out.write_text(json.dumps(index), encoding="utf-8")
    print(f"indexed {len(index)} segments")


if __name__ == "__main__":
    main()
