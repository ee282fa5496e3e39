// Turns Prometheus text 0.0.4 into OpenMetrics 1.0. Pure. (prom-client's own OpenMetrics mode renames a registry's counters for good.)

const DIRECTIVE = /^# (HELP|TYPE) (\S+) ?(.*)$/;
const INTEGER_BOUND = /([{,]le=")(-?\d+)(")/;

/**
 * The same samples in OpenMetrics, without the closing `# EOF`: counters' families lose `_total`, bounds of
 * buckets become floats, quotes in HELP are escaped, empty lines go. Samples keep their names.
 * A counter whose name does not end in `_total` becomes `unknown`, since OpenMetrics has no such counter.
 */
export function toOpenMetrics(text: string): string {
  const counters = counterNames(text);
  let converted = '';
  for (const line of text.split('\n')) {
    if (line !== '') converted += `${convertLine(line, counters)}\n`;
  }
  return converted;
}

function counterNames(text: string): ReadonlySet<string> {
  return new Set([...text.matchAll(/^# TYPE (\S+) counter$/gm)].map(([, name = '']) => name));
}

function convertLine(line: string, counters: ReadonlySet<string>): string {
  const [, directive, name = '', rest = ''] = DIRECTIVE.exec(line) ?? [];
  if (directive === undefined)
    return line.includes('_bucket{') ? line.replace(INTEGER_BOUND, '$1$2.0$3') : line;
  const isTotal = counters.has(name) && name.endsWith('_total');
  const family = isTotal ? name.slice(0, -'_total'.length) : name;
  if (directive === 'HELP') return `# HELP ${family} ${rest.replaceAll('"', '\\"')}`;
  return `# TYPE ${family} ${counters.has(name) && !isTotal ? 'unknown' : rest}`;
}
