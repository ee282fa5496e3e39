// Text 0.0.4 turned into OpenMetrics, rule by rule.
import { expect, test } from '@jest/globals';
import { toOpenMetrics } from '../../src/telemetry/openmetrics.ts';

test.each([
  ['a gauge stays as it is', '# HELP a b\n# TYPE a gauge\na 1\n', '# HELP a b\n# TYPE a gauge\na 1\n'],
  [
    "a counter's family loses _total, its samples keep it",
    '# HELP a_total b\n# TYPE a_total counter\na_total{x="y"} 1\n',
    '# HELP a b\n# TYPE a counter\na_total{x="y"} 1\n',
  ],
  [
    'a counter without _total becomes unknown',
    '# HELP a b\n# TYPE a counter\na 1\n',
    '# HELP a b\n# TYPE a unknown\na 1\n',
  ],
  [
    'a gauge whose name ends in _total keeps it',
    '# HELP a_total b\n# TYPE a_total gauge\n',
    '# HELP a_total b\n# TYPE a_total gauge\n',
  ],
  [
    'quotes in HELP are escaped',
    '# HELP a say "b"\n# TYPE a gauge\n',
    '# HELP a say \\"b\\"\n# TYPE a gauge\n',
  ],
  [
    'bounds become floats',
    'a_bucket{le="1",x="2"} 3\na_bucket{x="2",le="5"} 3\n',
    'a_bucket{le="1.0",x="2"} 3\na_bucket{x="2",le="5.0"} 3\n',
  ],
  [
    'bounds that are floats stay',
    'a_bucket{le="0.5"} 3\na_bucket{le="+Inf"} 3\n',
    'a_bucket{le="0.5"} 3\na_bucket{le="+Inf"} 3\n',
  ],
  ['empty lines go', 'a 1\n\nb 1\n', 'a 1\nb 1\n'],
  ['an empty HELP stays', '# HELP a \n# TYPE a gauge\n', '# HELP a \n# TYPE a gauge\n'],
])('%s', (_, text, expected) => {
  expect(toOpenMetrics(text)).toBe(expected);
});
