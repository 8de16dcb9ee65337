/** How far something is. Without a number it moves, to say that nobody knows. */
export function Bar(props: {
  /** 0 to 100; `null`: not known. */
  readonly percent: number | null;
  readonly tone: 'running' | 'completed' | 'failed' | 'cancelled' | 'attention';
  /** What it is the progress of. */
  readonly label: string;
}) {
  const { percent, tone, label } = props;
  const known =
    percent === null
      ? { 'aria-valuetext': 'How far it is, is not known.' }
      : { 'aria-valuenow': Math.floor(percent) };
  return (
    <div
      class={`bar is-${tone}${percent === null ? ' is-unknown' : ''}`}
      role="progressbar"
      aria-valuemin={0}
      aria-valuemax={100}
      aria-label={label}
      {...known}
    >
      {/* Another one once it is known: what moves for lack of a number is no length to begin with. */}
      <span
        key={percent === null}
        style={{ transform: `scaleX(${percent === null ? 0.3 : percent / 100})` }}
      />
    </div>
  );
}
