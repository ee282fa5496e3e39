// What the demo shows: certificates in every state, and what happens to some of them while one watches.
import {
  type CertificateDraft,
  certificateId,
  checking,
  expired,
  issued,
  reissue,
  revocation,
  revoked,
  revoking,
  unpassed,
  uploaded,
} from '../certificates.ts';
import type { Cloud } from '../cloud.ts';
import type { SimulatedDeployment } from '../deployed.ts';

/** One certificate of the demo: what the cloud holds (null: nothing), and what the configuration says of it. */
export interface Actor {
  readonly account: 'shop' | 'edge';
  readonly draft: CertificateDraft | null;
  /** What of the cloud uses it; nothing where it is left out. */
  readonly deployed?: readonly SimulatedDeployment[];
  readonly configured: { readonly id: string; readonly [key: string]: unknown };
}

export interface Turn {
  readonly afterMs: number;
  /** One line for whoever watches. */
  readonly what: string;
  readonly happen: (cloud: Cloud) => void;
}

const SECOND_IN_DAYS = 1 / 86_400;

/** A name that tries markup, header lines and quotes: nothing of it may work anywhere. */
export const HOSTILE_NAME = `<img src=x onerror=alert(1)>"'\r\nBcc: evil@example.com\r\n\r\n<script>alert(2)</script>`;

const ID = {
  healthy: certificateId(1),
  soon: certificateId(2),
  verySoon: certificateId(3),
  expired: certificateId(4),
  revoked: certificateId(5),
  unpassed: certificateId(6),
  applying: certificateId(7),
  toBeRevoked: certificateId(8),
  toBeRenewed: certificateId(9),
  ending: certificateId(10),
  uploaded: certificateId(11),
  hostile: certificateId(12),
  revoking: certificateId(13),
  unrecognised: certificateId(14),
  missing: certificateId(15),
  dateless: certificateId(16),
  shortLived: certificateId(17),
  toBeReissued: certificateId(18),
} as const;

/** The certificates as they stand at the start. */
export function castOfDemo(nowMs: number): readonly Actor[] {
  const shop = (draft: CertificateDraft & { id: string }, configured: object = {}): Actor => ({
    account: 'shop',
    draft,
    configured: { id: draft.id, ...configured },
  });
  const edge = (draft: CertificateDraft & { id: string }, configured: object = {}): Actor => ({
    ...shop(draft, configured),
    account: 'edge',
  });
  const at = (id: string, domain: string, daysLeft: number) => ({
    id,
    domain,
    name: domain,
    daysLeft,
    // Half an hour more, so that five days read as five.
    nowMs: nowMs + 1_800_000,
  });
  const withId = (draft: CertificateDraft, id: string) => ({ ...draft, id });

  return [
    shop(withId(issued(at(ID.healthy, 'www.shop.example', 200)), ID.healthy), {
      alias: 'shop front',
      owner: 'payments team',
      runbook: 'https://wiki.example.com/certificates',
      recipients: ['payments@example.com'],
    }),
    shop(withId(issued(at(ID.soon, 'api.shop.example', 25)), ID.soon), { owner: 'platform' }),
    {
      ...shop(withId(issued(at(ID.verySoon, 'mail.shop.example', 5)), ID.verySoon)),
      deployed: [{ service: 'ELB', regions: { 'cn-north-4': 1, 'cn-east-3': 1 } }],
    },
    {
      ...shop(withId(expired(at(ID.expired, 'old.shop.example', -2)), ID.expired)),
      deployed: [
        { service: 'CDN', regions: { '': 2 } },
        { service: 'ELB', regions: { 'cn-north-4': 1 } },
      ],
    },
    shop(withId(revoked(at(ID.revoked, 'leaked.shop.example', 120)), ID.revoked)),
    shop(withId(unpassed(at(ID.unpassed, 'typo.shop.example', 0)), ID.unpassed)),
    shop(withId(checking(at(ID.applying, 'new.shop.example', 0)), ID.applying)),
    shop(withId(issued(at(ID.toBeRevoked, 'pay.shop.example', 150)), ID.toBeRevoked), {
      alias: 'payments',
      recipients: ['payments@example.com'],
    }),
    shop(withId(issued(at(ID.toBeRenewed, 'login.shop.example', 4)), ID.toBeRenewed)),
    shop(
      withId(issued({ ...at(ID.ending, 'flash-sale.shop.example', 70 * SECOND_IN_DAYS), nowMs }), ID.ending),
    ),
    edge(withId(uploaded(at(ID.uploaded, '*.edge.example', 300)), ID.uploaded), { alias: 'edge wildcard' }),
    edge(withId(issued({ ...at(ID.hostile, 'hostile.edge.example', 6), name: HOSTILE_NAME }), ID.hostile), {
      owner: 'security <script>',
    }),
    edge(withId(revoking(at(ID.revoking, 'leaving.edge.example', 60)), ID.revoking)),
    edge(
      withId(
        { ...issued(at(ID.unrecognised, 'odd.edge.example', 90)), status: 'QUANTUM_CHECKING' },
        ID.unrecognised,
      ),
    ),
    { account: 'edge', draft: null, configured: { id: ID.missing, alias: 'deleted by somebody' } },
    edge(withId({ ...issued(at(ID.dateless, 'dateless.edge.example', 90)), not_after: '' }, ID.dateless)),
    edge(
      withId(issued({ ...at(ID.shortLived, 'short.edge.example', 14), lifetimeDays: 47 }), ID.shortLived),
      {
        thresholds: { warning: '33%', critical: '10%' },
      },
    ),
    edge(withId(issued(at(ID.toBeReissued, 'cdn.edge.example', 180)), ID.toBeReissued)),
  ];
}

/** What happens then, in order. */
export function turnsOfDemo(nowMs: () => number): readonly Turn[] {
  return [
    {
      afterMs: 30_000,
      what: 'pay.shop.example is revoked',
      happen: (cloud) => void cloud.update(ID.toBeRevoked, revocation()),
    },
    {
      afterMs: 50_000,
      what: 'login.shop.example is renewed for a year under the same id',
      happen: (cloud) => void cloud.update(ID.toBeRenewed, reissue({ nowMs: nowMs(), daysLeft: 365 })),
    },
    {
      afterMs: 60_000,
      what: 'cdn.edge.example is re-issued with another key; its time stays about the same',
      happen: (cloud) => void cloud.update(ID.toBeReissued, reissue({ nowMs: nowMs(), daysLeft: 181 })),
    },
    {
      afterMs: 70_000,
      what: 'flash-sale.shop.example reaches its end; the cloud goes on calling it ISSUED',
      happen: () => undefined,
    },
    {
      afterMs: 80_000,
      what: 'the application for new.shop.example fails',
      happen: (cloud) => void cloud.update(ID.applying, { status: 'UNPASSED' }),
    },
    {
      afterMs: 110_000,
      what: 'the cloud answers everything with 500 for half a minute',
      happen: (cloud) => void cloud.fail(INTERNAL_ERROR, { on: 'scm', times: 'always' }),
    },
    { afterMs: 140_000, what: 'the cloud is well again', happen: (cloud) => cloud.heal() },
  ];
}

const INTERNAL_ERROR = {
  kind: 'reply',
  status: 500,
  body: { error_code: 'SCM.9999', error_msg: 'Internal server error.' },
} as const;
