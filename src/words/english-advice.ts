// What to do next, per kind, in the terms of Huawei Cloud's CCM console and of this monitor's configuration. Pure.
import type { Kind } from '../certificates/finding.ts';

// A renewal is a new certificate with a new id, and nothing deploys it by itself.
const RENEW: readonly string[] = [
  'Renew it, or buy a new one, in the CCM console (SSL Certificate Manager); finish the domain validation, and wait for ISSUED.',
  'Deploy the new certificate wherever the old one serves (ELB, WAF, CDN, your own servers), and check it from outside.',
  'Put the id of the new certificate into the configuration in place of this one. A renewal has a new id: that is why this mail comes even where the certificate has been renewed already.',
];

const NOT_NEEDED = 'If nobody needs it any more: take it out of the configuration.';

const STEPS: Readonly<Record<Exclude<Kind, 'unreadable'>, readonly string[]>> = {
  expired: ['Replace it wherever it still serves: clients refuse those services now.', ...RENEW, NOT_NEEDED],
  expiring: [...RENEW, NOT_NEEDED],
  revoked: [
    'Replace it wherever it serves (ELB, WAF, CDN, your own servers): clients refuse it as soon as they see the revocation.',
    'Find out who revoked it and why: in the CCM console, or from the certificate authority. If its key may be known to others, make a new key.',
    'Have it re-issued, or buy a new one, in the CCM console; deploy that one, and put its id into the configuration.',
  ],
  unpassed: [
    'Look in the CCM console why the application was refused: most often it is the domain validation (DNS record or file), or the data of the organisation.',
    'Correct that and apply again. If an older certificate still serves these domains, check when it ends.',
  ],
  missing: [
    'Check in the CCM console whether the certificate was deleted, or belongs to another account, site or enterprise project.',
    'If the id or the account is wrong in the configuration, correct it; if the certificate was replaced, put the new id there.',
    "If it is there, check that the monitor's user may read it (permission scm:cert:get, and the enterprise project).",
  ],
  untrusted: [
    'Look at the endpoint from outside, e.g. openssl s_client -connect HOST:443 -servername HOST -showcerts: is it the right certificate, with all intermediates, and does it name the host?',
    'Deploy the certificate with its whole chain (download it in the CCM console), and reload the service.',
  ],
  'served-expiring': [
    'Deploy the certificate that the cloud holds, with its whole chain, wherever the endpoint gets its own from: what ends first may be an intermediate.',
    'Reload the service, and look from outside that the new one is served.',
  ],
  'not-deployed': [
    'Deploy the new certificate wherever the old one serves (ELB, WAF, CDN, your own servers), and reload the service.',
    'Check it from outside; if another place is right, correct `probe` in the configuration.',
  ],
  'renewal-stuck': [
    'Look at the application in the CCM console: most often it waits for the domain validation. Check that the DNS record or the file is in place and can be seen from outside.',
    'If it will not be issued in time, buy or upload another certificate now, and deploy it before this one ends.',
    'A certificate that is issued still has to be deployed: plan for that, too.',
  ],
  'renewal-overdue': [
    'Check in the CCM console why nothing has begun: a multi-year order applies for its next certificate 30 days before the end, all others have to be renewed by hand.',
    ...RENEW.slice(0, 2),
    NOT_NEEDED,
  ],
  unmonitored: [
    'Look at the list on the status page, and put what matters into the configuration: each with its id, or all of the account by accounts[].discover.',
    'What nobody needs any more: delete it in the CCM console.',
  ],
  superseded: [
    'Deploy the new certificate wherever the old one serves (ELB, WAF, CDN, your own servers), and check it from outside.',
    'Then retire the old one: take its id out of the configuration, and delete it in the CCM console if nobody needs it.',
  ],
  revoking: [
    'If the revocation is intended: have a successor issued and deployed before it is granted.',
    'If it is not: cancel it in the CCM console now, and find out who asked for it.',
  ],
  pending: [
    'Look at the application in the CCM console: most often it waits for the domain validation. Check that the DNS record or the file is in place and can be seen from outside.',
    'For an organisation: answer the mail or the call of the certificate authority. Cancel an application that nobody needs.',
  ],
  unrecognised: [
    'Look at the certificate in the CCM console and judge by that: this monitor does not know what the status means.',
    'Check whether a newer version of ccm-cert-monitor knows the status; if none does, please report it.',
  ],
};

const UNREADABLE: ReadonlyMap<string, readonly string[]> = new Map<string, readonly string[]>(
  Object.entries({
    unreachable: [
      'Check that the endpoint of the account is right, and that name resolution, firewall and network policy let the monitor reach it.',
    ],
    timeout: [
      'Check the network, and whether Huawei Cloud announces a disturbance; if the API is just slow, raise the timeout of the account.',
    ],
    throttled: [
      'Lower requestsPerSecond of the account, and find out what else calls the API as the same user.',
    ],
    unauthorized: [
      'Check that the password, key or token of the account is right, has not been rotated, and belongs to the site of the endpoint.',
      'Several wrong passwords lock the user for 15 minutes: correct the secret first, then wait.',
    ],
    forbidden: [
      'Give the user of the monitor the permission scm:cert:get (or the policy "SCM ReadOnlyAccess"), and access to the enterprise project.',
    ],
    malformed: [
      'Look at the certificate in the CCM console. If it is well there, the API answered with something that this monitor cannot use: please report it.',
    ],
    server_error: [
      'Check whether Huawei Cloud announces a disturbance; if it lasts, open a ticket with the request id.',
    ],
  }),
);

/** The certificates that are known are read all the same. */
const UNLISTED: readonly string[] = [
  'Give the user of the monitor the permission scm:cert:list (or the policy "SCM ReadOnlyAccess"); the log says with each check how the list failed.',
  'Until then look in the CCM console for what is new, and name it under `certificates`: what was found before is watched as ever.',
];

/** Steps in the order in which to take them. `cause` is the reason of failure, for what cannot be read. */
export function adviceFor(kind: Kind, cause: string): readonly string[] {
  if (kind !== 'unreadable') return STEPS[kind];
  if (cause === 'unlisted') return UNLISTED;
  const own = UNREADABLE.get(cause) ?? [
    'Run `ccm-cert-monitor check` where the monitor runs: it shows each failure with its reason.',
  ];
  return [
    ...own,
    'Until it can be read again, a revocation goes unseen; its end is still watched, by the date last known.',
  ];
}
