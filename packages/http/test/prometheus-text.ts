/** One line of a metric: its name as it stands there, its labels, its value. */
export interface Sample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

export interface Family {
  readonly name: string;
  readonly type: 'counter' | 'gauge' | 'histogram';
  readonly samples: readonly Sample[];
}

const NAME = /^[a-zA-Z_:][a-zA-Z0-9_:]*$/;
const SAMPLE = /^([a-zA-Z_:][a-zA-Z0-9_:]*)(\{.*\})? (NaN|[+-]Inf|-?\d+(?:\.\d+)?(?:e[+-]?\d+)?)$/s;
const LABEL = /([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\["\\n])*)"(,|$)/gy;

/**
 * Reads the text format of Prometheus (https://prometheus.io/docs/instrumenting/exposition_formats/), and throws for whatever
 * it does not allow: a metric that is told in two places or twice, without a type, with a label that is not escaped.
 */
export function parsePrometheus(text: string): ReadonlyMap<string, Family> {
  if (!text.endsWith('\n')) throw new Error('The last line does not end.');
  const families = new Map<string, { name: string; type: Family['type']; samples: Sample[] }>();
  let current: { name: string; type: Family['type']; samples: Sample[] } | null = null;
  let help: string | null = null;
  const seen = new Set<string>();
  for (const line of text.split('\n')) {
    if (line === '') continue;
    const comment = /^# (HELP|TYPE) (\S+) (.+)$/.exec(line);
    if (comment !== null) {
      const [, kind, name = '', rest = ''] = comment;
      if (!NAME.test(name)) throw new Error(`No name of a metric: ${name}`);
      if (kind === 'HELP') {
        help = name;
        continue;
      }
      if (help !== name || families.has(name)) throw new Error(`Out of place: ${line}`);
      if (rest !== 'counter' && rest !== 'gauge' && rest !== 'histogram')
        throw new Error(`No type of a metric: ${rest}`);
      families.set(name, (current = { name, type: rest, samples: [] }));
      continue;
    }
    const found = SAMPLE.exec(line);
    if (found === null || current === null) throw new Error(`Cannot be read: ${line}`);
    const [, name = '', labels = '', value = ''] = found;
    const suffixes = current.type === 'histogram' ? ['_bucket', '_sum', '_count'] : [''];
    if (!suffixes.some((suffix) => name === `${current?.name}${suffix}`))
      throw new Error(`${name} stands among ${current.name}`);
    if (seen.has(name + labels)) throw new Error(`Told twice: ${line}`);
    seen.add(name + labels);
    current.samples.push({ name, labels: labelsOf(labels.slice(1, -1)), value: Number(value) });
  }
  return families;
}

function labelsOf(text: string): Record<string, string> {
  const labels: Record<string, string> = {};
  let end = 0;
  for (const [whole, name = '', value = ''] of text.matchAll(LABEL)) {
    if (Object.hasOwn(labels, name)) throw new Error(`Twice the label ${name}: ${text}`);
    labels[name] = value.replace(/\\(.)/g, (_, char: string) => (char === 'n' ? '\n' : char));
    end += whole.length;
  }
  if (end !== text.length) throw new Error(`Labels cannot be read: ${text}`);
  return labels;
}
