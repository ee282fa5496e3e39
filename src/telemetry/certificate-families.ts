// The metric families of certificates: names, help and the samples of one certificate. Pure.
import { KNOWN_STATUSES } from '../certificates/certificate.ts';
import type { WatchedCertificate } from '../certificates/watched.ts';
import { endpointFamilies } from './endpoint-families.ts';
import { escapeLabel, type Family, header } from './families.ts';

/** `stateset`: a series per known status; `current`: only the one that holds. */
export type StatusSeries = 'stateset' | 'current';

/** The value of the `status` label where the cloud's word is not a known one. */
export const OTHER_STATUS = 'OTHER';

const STATUS_VALUES: readonly string[] = [...KNOWN_STATUSES, OTHER_STATUS];
const LABELS_END = Buffer.from('} ');
const VALUE_LINES = ['0', '1', '2'].map((value) => Buffer.from(`} ${value}\n`));
const NEW_LINE = Buffer.from('\n');

/** `account="…",certificate_id="…"`: the labels that every sample of a certificate has. */
export function labelText({ account, id }: WatchedCertificate): string {
  return `account="${escapeLabel(account)}",certificate_id="${escapeLabel(id)}"`;
}

/** The state that counts as 1: the documented spelling for the misspelt one, OTHER for what nobody documented. */
export function statusLabel(status: string): string {
  const word = status === 'CANCELREVOKING' ? 'CANCLEREVOKING' : status;
  return KNOWN_STATUSES.includes(word) ? word : OTHER_STATUS;
}

/** 0 ok, 1 warning, 2 critical: the gravest finding; of what was never read nobody knows. */
function severityValue({ certificate, findings }: WatchedCertificate): number | null {
  if (certificate === null && findings.length === 0) return null;
  let value = 0;
  for (const { severity } of findings) {
    if (severity === 'critical') return 2;
    if (severity === 'warning') value = 1;
  }
  return value;
}

/** Every family, in the order of the exposition. */
export function certificateFamilies(status: StatusSeries): readonly Family[] {
  return [
    infoFamily(),
    statusFamily(status),
    timeFamily({
      name: 'ccm_certificate_not_before_timestamp_seconds',
      help: 'Start of the validity of the certificate, absent when not known.',
      timeMs: ({ certificate }) => certificate?.notBeforeMs ?? null,
    }),
    timeFamily({
      name: 'ccm_certificate_not_after_timestamp_seconds',
      help: 'End of the validity of the certificate, absent when not known.',
      timeMs: ({ certificate }) => certificate?.notAfterMs ?? null,
    }),
    valueFamily({
      name: 'ccm_certificate_severity',
      help: 'Gravest finding about the certificate: 0 ok, 1 warning, 2 critical.',
      value: severityValue,
    }),
    valueFamily({
      name: 'ccm_certificate_superseded',
      help: 'Whether another live certificate covers all its names and ends later; absent when not known.',
      value: ({ certificate, successor }) => (certificate === null ? null : Number(successor !== null)),
    }),
    valueFamily({
      name: 'ccm_certificate_up',
      help: 'Whether the last read of the certificate succeeded.',
      value: ({ up }) => (up === null ? null : Number(up)),
    }),
    timeFamily({
      name: 'ccm_certificate_last_success_timestamp_seconds',
      help: 'When the certificate was last read with success.',
      timeMs: ({ lastSuccessMs }) => lastSuccessMs,
    }),
    ...endpointFamilies(),
  ];
}

function infoFamily(): Family {
  const start = Buffer.from('ccm_certificate_info{');
  return {
    header: header('ccm_certificate_info', 'What the certificate is called and what it is; always 1.'),
    write(writer, { certificate: watched, labels, index }) {
      const { alias, certificate } = watched;
      writer.bytes(start);
      writer.label(labels, index);
      writer.text(
        `,name="${escapeLabel(certificate?.name ?? '')}",alias="${escapeLabel(alias ?? '')}"` +
          `,domain="${escapeLabel(certificate?.domain ?? '')}",certificate_type="${escapeLabel(certificate?.type ?? '')}"` +
          `,brand="${escapeLabel(certificate?.brand ?? '')}",fingerprint="${escapeLabel(certificate?.fingerprint ?? '')}"} 1\n`,
      );
    },
  };
}

function statusFamily(series: StatusSeries): Family {
  const start = Buffer.from('ccm_certificate_status{');
  const states = STATUS_VALUES.map((status) => ({
    status,
    zero: Buffer.from(`,status="${status}"} 0\n`),
    one: Buffer.from(`,status="${status}"} 1\n`),
  }));
  return {
    header: header('ccm_certificate_status', 'Status of the certificate: 1 for the one that holds.'),
    write(writer, { certificate: { certificate }, labels, index }) {
      if (certificate === null) return;
      const current = statusLabel(certificate.status);
      const from = writer.position();
      writer.bytes(start);
      writer.label(labels, index);
      const to = writer.position();
      let first = true;
      for (const { status, zero, one } of states) {
        if (status !== current && series === 'current') continue;
        if (!first) writer.repeat(from, to);
        writer.bytes(status === current ? one : zero);
        first = false;
      }
    },
  };
}

interface ValueFamily {
  readonly name: string;
  readonly help: string;
  /** 0, 1 or 2; null: no sample. */
  value(certificate: WatchedCertificate): number | null;
}

function valueFamily({ name, help, value }: ValueFamily): Family {
  const start = Buffer.from(`${name}{`);
  return {
    header: header(name, help),
    write(writer, { certificate, labels, index }) {
      const known = value(certificate);
      const end = known === null ? undefined : VALUE_LINES[known];
      if (end === undefined) return;
      writer.bytes(start);
      writer.label(labels, index);
      writer.bytes(end);
    },
  };
}

interface TimeFamily {
  readonly name: string;
  readonly help: string;
  /** Epoch milliseconds; null: no sample, since an unknown date is absent and never 0. */
  timeMs(certificate: WatchedCertificate): number | null;
}

function timeFamily({ name, help, timeMs }: TimeFamily): Family {
  const start = Buffer.from(`${name}{`);
  return {
    header: header(name, help),
    write(writer, { certificate, labels, index }) {
      const ms = timeMs(certificate);
      if (ms === null) return;
      writer.bytes(start);
      writer.label(labels, index);
      writer.bytes(LABELS_END);
      writer.ascii(String(ms / 1000));
      writer.bytes(NEW_LINE);
    },
  };
}
