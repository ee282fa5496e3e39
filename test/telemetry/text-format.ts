// A small, strict reader of Prometheus' text format 0.0.4, for tests: it throws on whatever it does not understand.

export interface Sample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

export interface Parsed {
  readonly samples: readonly Sample[];
  /** Family to type. */
  readonly types: ReadonlyMap<string, string>;
  find(name: string, labels?: Readonly<Record<string, string>>): Sample[];
}

const SAMPLE = /^([a-zA-Z_:][\w:]*)(\{(?:[^"\\]|"(?:[^"\\]|\\[\s\S])*")*\})? (\S+)$/;
const LABEL = /([a-zA-Z_]\w*)="((?:[^"\\]|\\[\s\S])*)"(?:,|$)/y;

export function parseText(text: string): Parsed {
  if (!text.endsWith('\n')) throw new Error('the text does not end in a line feed');
  const samples: Sample[] = [];
  const types = new Map<string, string>();
  for (const line of text.slice(0, -1).split('\n')) {
    const type = /^# TYPE (\S+) (\S+)$/.exec(line);
    if (type !== null) {
      if (types.has(type[1] ?? '')) throw new Error(`family ${type[1]} comes twice`);
      types.set(type[1] ?? '', type[2] ?? '');
    } else if (line !== '' && !line.startsWith('# HELP ') && line !== '# EOF') {
      samples.push(parseSample(line));
    }
  }
  return {
    samples,
    types,
    find: (name, labels = {}) =>
      samples.filter((s) => s.name === name && Object.entries(labels).every(([k, v]) => s.labels[k] === v)),
  };
}

function parseSample(line: string): Sample {
  const match = SAMPLE.exec(line);
  if (match === null) throw new Error(`not a sample: ${line}`);
  const [, name = '', braces = '{}', value = ''] = match;
  return {
    name,
    labels: parseLabels(braces.slice(1, -1)),
    value: Number(value.replace('Nan', 'NaN').replace('Inf', 'Infinity')),
  };
}

function parseLabels(text: string): Record<string, string> {
  const labels: Record<string, string> = {};
  LABEL.lastIndex = 0;
  while (LABEL.lastIndex < text.length) {
    const match = LABEL.exec(text);
    if (match === null) throw new Error(`not labels: ${text}`);
    const [, name = '', value = ''] = match;
    labels[name] = value.replace(/\\([\s\S])/g, (_, escaped: string) => (escaped === 'n' ? '\n' : escaped));
  }
  return labels;
}
