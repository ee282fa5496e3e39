// What the demo shows of renewals: one that took the place of an older certificate, and one that nobody has deployed yet.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Lifetime } from '../../../src/shared/lifetime.ts';
import { type CertificateDraft, certificateId, issued } from '../certificates.ts';
import { startTlsEndpoint } from '../tls/endpoint.ts';
import { selfSigned } from '../tls/issue.ts';
import type { Actor } from './scenario.ts';

export interface Renewals {
  readonly actors: readonly Actor[];
  /** The authority of what the endpoint serves. */
  readonly probeCaFile: string;
}

const DAY_MS = 86_400_000;
const SUPERSEDED = { old: certificateId(31), now: certificateId(32), domain: 'blog.shop.example' };
const LATE = { id: certificateId(33), domain: 'status.shop.example' };

/** Starts the endpoint that still serves the older certificate. */
export async function openRenewals({
  folder,
  lifetime,
  nowMs,
}: {
  folder: string;
  lifetime: Lifetime;
  nowMs: number;
}): Promise<Renewals> {
  const authority = selfSigned({ commonName: 'Demo authority', isAuthority: true });
  const days = (from: number, to: number) => ({
    names: [LATE.domain],
    notBeforeMs: Math.floor(nowMs / 1_000) * 1_000 + from * DAY_MS,
    notAfterMs: Math.floor(nowMs / 1_000) * 1_000 + to * DAY_MS,
  });
  const [oldDays, newDays] = [days(-330, 35), days(-3, 362)];
  const [old, renewed] = [authority.issue(oldDays), authority.issue(newDays)];
  const endpoint = await startTlsEndpoint({ leaf: old });
  lifetime.onClose('the endpoint', () => endpoint.close());
  const probeCaFile = join(folder, 'demo-authority.pem');
  await writeFile(probeCaFile, authority.cert);
  const late = {
    ...issued({ id: LATE.id, domain: LATE.domain, name: LATE.domain }),
    id: LATE.id,
    fingerprint: renewed.fingerprint,
    issue_time: new Date(newDays.notBeforeMs),
    not_before: new Date(newDays.notBeforeMs),
    not_after: new Date(newDays.notAfterMs),
  };
  const probe = [{ address: `127.0.0.1:${endpoint.port}`, serverName: LATE.domain }];
  return {
    probeCaFile,
    actors: [
      {
        ...actorOf(ofBlog(SUPERSEDED.old, { daysLeft: 3, nowMs })),
        deployed: [{ service: 'CDN', regions: { '': 1 } }],
      },
      actorOf(ofBlog(SUPERSEDED.now, { daysLeft: 300, nowMs })),
      actorOf(late, { alias: 'renewed, not deployed', probe }),
    ],
  };
}

function ofBlog(id: string, when: { daysLeft: number; nowMs: number }): CertificateDraft & { id: string } {
  const { domain } = SUPERSEDED;
  return { ...issued({ id, domain, name: domain, ...when }), id };
}

function actorOf(draft: CertificateDraft & { id: string }, configured: object = {}): Actor {
  return { account: 'shop', draft, configured: { id: draft.id, ...configured } };
}
