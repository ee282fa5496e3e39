// The prober of the running program: made for the first look, and anew where its settings or its authorities have changed.
import { X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { rootCertificates } from 'node:tls';
import { isDeepStrictEqual } from 'node:util';
import { endpointText } from './certificates/endpoint.ts';
import type { Config } from './config/config.ts';
import type { Prober } from './probe/prober.ts';
import { codeOf } from './shared/errors.ts';
import type { Clock } from './shared/time.ts';

const BEGIN = '-----BEGIN CERTIFICATE-----';
const PEM = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;

export interface Probing {
  /** For one round of looks. */
  prober(): Promise<Pick<Prober, 'probe'>>;
  /** Ends what runs; idempotent. */
  close(): Promise<void>;
}

interface Made {
  readonly settings: Config['probes'];
  readonly authorities: string | null;
  readonly prober: Prober;
}

export function createProbing({
  config,
  clock,
  extraCaFile,
}: {
  config: () => Config;
  clock: Clock;
  /** NODE_EXTRA_CA_CERTS, which Node forgets as soon as it is given a list of authorities. */
  extraCaFile: string | undefined;
}): Probing {
  let made: Made | null = null;

  return {
    async prober() {
      const settings = config().probes;
      const { caFile } = settings;
      let authorities: string | null = null;
      try {
        if (caFile !== null) authorities = await readFile(caFile, 'utf8');
      } catch (error) {
        return cannotTrust(`probes.caFile ${caFile} cannot be read (${codeOf(error) ?? 'unknown error'})`);
      }
      if (authorities !== null && !holdsCertificates(authorities))
        return cannotTrust(
          `probes.caFile ${caFile} must hold certificates in PEM form, and nothing that cannot be read`,
        );
      if (made === null || !isDeepStrictEqual(made.settings, settings) || made.authorities !== authorities) {
        const { concurrency, perSecond, timeoutMs } = settings;
        const extra = extraCaFile === undefined ? '' : await readFile(extraCaFile, 'utf8').catch(() => '');
        const ca =
          authorities === null
            ? {}
            : { ca: [...rootCertificates, extra, authorities].filter((text) => text !== '') };
        const before = made;
        // Loaded for the first look: most who run this look at nothing.
        const { createProber } = await import('./probe/prober.ts');
        made = {
          settings,
          authorities,
          prober: createProber({ concurrency, perSecond, timeoutMs, clock, ...ca }),
        };
        await before?.prober.close();
      }
      return made.prober;
    },
    async close() {
      await made?.prober.close();
    },
  };
}

/** A secure context passes over what it cannot read, half a certificate too, and would then trust too few. */
function holdsCertificates(text: string): boolean {
  const blocks = text.match(PEM) ?? [];
  try {
    for (const block of blocks) new X509Certificate(block);
  } catch {
    return false;
  }
  return blocks.length > 0 && blocks.length === text.split(BEGIN).length - 1;
}

/** Whom to trust is not known: nothing is looked at, instead of everything being found untrusted. */
function cannotTrust(why: string): Pick<Prober, 'probe'> {
  return {
    async probe(endpoint) {
      const message = `Cannot look at ${endpointText(endpoint)}: ${why}`;
      return { ok: false, failure: { reason: 'malformed', message } };
    },
  };
}
