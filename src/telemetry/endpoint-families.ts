// The metric families of endpoints: what is seen of a certificate at each place where it is served. Pure.
import { endpointText } from '../certificates/endpoint.ts';
import { concerns, type Look } from '../certificates/look.ts';
import type { WatchedCertificate } from '../certificates/watched.ts';
import { escapeLabel, type Family, header } from './families.ts';

/** Every family, in the order of the exposition. */
export function endpointFamilies(): readonly Family[] {
  return [
    endpointFamily({
      name: 'ccm_endpoint_up',
      help: 'Whether the last look at the endpoint saw a certificate.',
      value: ({ served, failure }) => (served === null && failure === null ? null : Number(failure === null)),
    }),
    endpointFamily({
      name: 'ccm_endpoint_not_after_timestamp_seconds',
      help: 'The earliest end in the chain that the endpoint serves, absent while it was not seen.',
      value: ({ served }) => (served === null ? null : served.earliestNotAfterMs / 1000),
    }),
    endpointFamily({
      name: 'ccm_endpoint_certificate_match',
      help: 'Whether the endpoint serves this very certificate, by its fingerprint; absent where either is not known.',
      value: ({ served }, { certificate }) =>
        served === null || certificate === null || certificate.fingerprint === null
          ? null
          : Number(served.chain[0].fingerprint === certificate.fingerprint),
    }),
    endpointFamily({
      name: 'ccm_endpoint_info',
      help: 'What the endpoint serves; always 1.',
      value: ({ served }) => (served === null ? null : 1),
      labels: ({ served }) =>
        served === null
          ? ''
          : `,fingerprint="${escapeLabel(served.chain[0].fingerprint)}",protocol="${escapeLabel(served.protocol ?? '')}",untrusted="${escapeLabel(served.untrusted?.code ?? '')}"`,
    }),
  ];
}

interface EndpointFamily {
  readonly name: string;
  readonly help: string;
  /** null: no sample. */
  value(look: Look, certificate: WatchedCertificate): number | null;
  /** More labels, each with its comma before it. */
  labels?(look: Look): string;
}

function endpointFamily({ name, help, value, labels }: EndpointFamily): Family {
  const start = Buffer.from(`${name}{`);
  return {
    header: header(name, help),
    write(writer, { certificate, labels: table, index }) {
      for (const look of certificate.looks) {
        if (!concerns(look, certificate.certificate)) continue;
        const known = value(look, certificate);
        if (known === null) continue;
        writer.bytes(start);
        writer.label(table, index);
        writer.text(`,endpoint="${escapeLabel(placeOf(look))}"${labels?.(look) ?? ''}} ${known}\n`);
      }
    },
  };
}

/** Two ways of asking one place are two series. */
function placeOf({ endpoint }: Look): string {
  const { serverName, startTls } = endpoint;
  const place = endpointText(endpoint);
  const by = [startTls, serverName === null || serverName === endpoint.host ? null : serverName];
  return [place, ...by.filter((one) => one !== null)].join(' ');
}
