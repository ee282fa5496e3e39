// Which format and which coding a client gets.
import { expect, test } from '@jest/globals';
import { acceptsGzip, chooseFormat } from '../../src/web/negotiate.ts';

const PROMETHEUS_2 =
  'application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1';
const PROMETHEUS_3 =
  'application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited;q=0.7,application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,application/openmetrics-text;version=0.0.1;q=0.5,text/plain;version=1.0.0;escaping=allow-utf-8;q=0.4,text/plain;version=0.0.4;q=0.3,*/*;q=0.2';

test.each([
  [undefined, 'text'],
  ['', 'text'],
  ['*/*', 'text'],
  ['text/html,application/xhtml+xml,*/*;q=0.8', 'text'],
  ['application/json', 'text'],
  [PROMETHEUS_2, 'openmetrics'],
  [PROMETHEUS_3, 'openmetrics'],
  ['application/openmetrics-text', 'openmetrics'],
  ['Application/OpenMetrics-Text; Version="1.0.0"', 'openmetrics'],
  ['application/openmetrics-text;version=0.0.1', 'text'],
  ['application/openmetrics-text;q=0', 'text'],
  ['application/openmetrics-text;q=0.0, text/plain;q=0', 'text'],
  ['application/openmetrics-text;q=nonsense', 'text'],
  ['application/openmetrics-text;q=1.5', 'text'],
  ['application/openmetrics-text;q=0.5, text/plain', 'text'],
  ['application/openmetrics-text;q=0.5, text/*;q=0.4', 'openmetrics'],
  ['text/plain, application/openmetrics-text', 'text'],
  ['application/openmetrics-text, text/plain', 'openmetrics'],
  ['application/*', 'text'],
  [';;;,,,=;q', 'text'],
])('Accept %p gives %s', (accept, format) => {
  expect(chooseFormat(accept)).toBe(format);
});

test.each([
  [undefined, false],
  ['', false],
  ['identity', false],
  ['gzip', true],
  ['GZIP;q=0.5', true],
  ['x-gzip', true],
  ['gzip;q=0', false],
  ['gzip;q=0.000', false],
  ['gzip; q=0, *', false],
  ['br, *;q=0.1', true],
  ['*;q=0', false],
  ['deflate, gzip;q=1.0, br', true],
  ['gzip;q=x', false],
])('Accept-Encoding %p makes gzip %p', (acceptEncoding, gzip) => {
  expect(acceptsGzip(acceptEncoding)).toBe(gzip);
});
