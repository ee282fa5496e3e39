// Where certificates are looked at from outside: endpoints, and how gently. Pure.
import * as z from 'zod';
import { parseEndpoint, START_TLS } from '../certificates/endpoint.ts';
import { MINUTE_MS, SECOND_MS } from '../shared/time.ts';
import { DEFAULTS } from './defaults.ts';
import { list, mapping, number, oneOf, text } from './leaves.ts';
import { accept, refuse } from './read.ts';
import { duration, filePath, host } from './values.ts';

function address() {
  const expected = 'must be host:port, as www.example.com:443';
  return text({
    expected,
    schema: { minLength: 3, maxLength: 300, examples: ['www.example.com:443', '[2001:db8::1]:443'] },
    read: (written) => {
      const parsed = parseEndpoint(written);
      return parsed.ok ? accept({ host: parsed.host, port: parsed.port }) : refuse(parsed.fault);
    },
  });
}

const endpoint = z.union(
  [
    address(),
    mapping({
      address: address().describe('Where it is served: host:port.'),
      serverName: host()
        .optional()
        .describe('Who is asked for by SNI, and whom it must name; the host by default.'),
      startTls: oneOf(START_TLS)
        .optional()
        .describe('The protocol that is spoken before TLS; by default TLS comes from the first byte.'),
    }),
  ],
  { error: 'must be host:port, or a mapping with keys out of address, serverName, startTls' },
);

const written = z.union(
  [z.literal('auto'), z.literal(false), list(endpoint, { what: 'endpoints', min: 1 })],
  {
    error: 'must be auto, false, or a list of endpoints (host:port)',
  },
);

/** `auto`, `false`, or a list of endpoints. */
export const probe = written
  .prefault(false)
  .describe(
    'Where it is looked at from outside with each check: auto for https on its names, or a list of endpoints.',
  );

/** The same, of discovered certificates. */
export const ruleProbe = written
  .optional()
  .describe(
    'Where they are looked at from outside, auto, false, or a list of endpoints. Without it https on their names, and told only where this very certificate is served.',
  );

export const probes = mapping({
  concurrency: number({ min: 1, max: 1_000 })
    .prefault(DEFAULTS.probes.concurrency)
    .describe('Most endpoints that are looked at at once.'),
  perSecond: number({ min: 0.1, max: 10_000, whole: false })
    .prefault(DEFAULTS.probes.perSecond)
    .describe('Most endpoints that are begun with in a second.'),
  timeout: duration({ minMs: SECOND_MS, maxMs: MINUTE_MS, range: 'from 1s to 1m' })
    .prefault(DEFAULTS.probes.timeout)
    .describe('Total deadline of one look, from the name to the end of the handshake.'),
  caFile: filePath('a PEM file')
    .optional()
    .describe('PEM file with certificate authorities to trust in addition.'),
})
  .prefault({})
  .describe('How endpoints are looked at.');
