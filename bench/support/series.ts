// Reads the certificates' gauges back out of the text that the monitor made of them. Pure.

export interface Family {
  readonly name: string;
  readonly help: string;
  readonly samples: readonly { readonly labels: Readonly<Record<string, string>>; readonly value: number }[];
}

const PREFIX = 'ccm_certificate_';
const SAMPLE = /^(\w+)\{(.*)\} (\S+)$/;
const LABEL = /(\w+)="((?:[^"\\]|\\.)*)"/g;
const ESCAPED: ReadonlyMap<string, string> = new Map([
  ['\\n', '\n'],
  ['\\"', '"'],
  ['\\\\', '\\'],
]);

/** The families of the certificates, in the order of the text. */
export function readSeries(text: string): readonly Family[] {
  const families = new Map<string, { help: string; samples: Family['samples'][number][] }>();
  for (const line of text.split('\n')) {
    const [, described = '', help = ''] = /^# HELP (\S+) (.*)$/.exec(line) ?? [];
    if (described.startsWith(PREFIX)) families.set(described, { help, samples: [] });
    const [, name = '', labels = '', value = ''] = SAMPLE.exec(line) ?? [];
    families.get(name)?.samples.push({ labels: readLabels(labels), value: Number(value) });
  }
  return [...families].map(([name, family]) => ({ name, ...family }));
}

function readLabels(text: string): Record<string, string> {
  const labels: Record<string, string> = {};
  for (const [, name = '', value = ''] of text.matchAll(LABEL))
    labels[name] = value.replace(/\\[n"\\]/g, (pair) => ESCAPED.get(pair) ?? pair);
  return labels;
}
