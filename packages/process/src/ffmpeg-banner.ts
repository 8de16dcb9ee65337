const FIRST_LINE = /^ff(?:mpeg|probe|play) version \S+ Copyright /;
const NEXT_LINE = /^ {2}(?:built with |configuration: |lib[a-z]+ +\d+\. *\d+\.\d+ \/ )/;

/** Knows the lines of one stream in which ffmpeg says how it was built: 2 KB that explain nothing. */
export class FfmpegBanner {
  #isInside = false;

  /** Whether `line`, the next one, belongs to a banner. */
  has(line: string): boolean {
    this.#isInside = FIRST_LINE.test(line) || (this.#isInside && NEXT_LINE.test(line));
    return this.#isInside;
  }
}
