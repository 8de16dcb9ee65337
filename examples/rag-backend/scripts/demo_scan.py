"""Pretends to read scanned pages, for the demonstration: a program that knows nothing of who runs it."""

import argparse
import time


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--pages", type=int, required=True)
    parser.add_argument("--seconds", type=float, required=True)
    parser.add_argument("--torn", type=int, help="the number of a page that cannot be read")
    args = parser.parse_args()

    words = 0
    for page in range(1, args.pages + 1):
        time.sleep(args.seconds / args.pages)
        if page == args.torn:
            raise SystemExit(f"page {page} is torn: 3 of its 4 corners were found")
        words += 180 + page * 37 % 90
        print(f"[{page}/{args.pages}] Reading page {page}", flush=True)
    print(f"{words} words", flush=True)


if __name__ == "__main__":
    main()
