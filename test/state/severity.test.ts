// How grave a mail was stays known with it: every severity there is, info too, and none that there is not.
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import Database from 'libsql';
import { SEVERITIES } from '../../src/certificates/finding.ts';
import { createSqliteStore } from '../../src/state/sqlite.ts';
import type { Store } from '../../src/state/store.ts';
import { ACCOUNT, ID, mail, NOW } from '../support/factories.ts';
import { temporaryFolder } from '../support/fakes.ts';
import { notice, noticeCertificate } from '../support/notices.ts';

let folder: ReturnType<typeof temporaryFolder>;
let store: Store;

beforeEach(() => {
  folder = temporaryFolder();
  store = createSqliteStore(folder.file('state.db'));
});

afterEach(async () => {
  await store.close();
  folder.remove();
});

const severities = (from: Pick<Store, 'mailsAbout'>) =>
  from.mailsAbout({ account: ACCOUNT, id: ID }, 10).map(({ told }) => told);

async function commitEach(): Promise<void> {
  const mails = SEVERITIES.map((severity, n) =>
    mail({
      messageId: `<${severity}@x>`,
      createdAtMs: NOW - n,
      content: {
        type: 'notices',
        notices: [
          notice({
            kind: severity === 'info' ? 'superseded' : 'expiring',
            severity,
            certificates: [noticeCertificate({ account: ACCOUNT, id: ID })],
          }),
        ],
      },
    }),
  );
  await store.commit(
    () => ({
      watches: [],
      alerts: [],
      history: [],
      replaced: [],
      mails,
      liftedSilences: [],
      adoptedSilences: [],
      marks: {},
      atMs: NOW,
    }),
    { expose: false },
  );
}

test('a mail about a certificate comes back as grave as it was', async () => {
  await commitEach();
  expect(severities(store)).toEqual([
    [{ kind: 'superseded', change: 'first', severity: 'info' }],
    [{ kind: 'expiring', change: 'first', severity: 'warning' }],
    [{ kind: 'expiring', change: 'first', severity: 'critical' }],
  ]);
});

test('a word that nobody knows is taken for a warning', async () => {
  await commitEach();
  await store.close();
  const file = new Database(folder.file('state.db'));
  file.exec("UPDATE mail_subjects SET severity = 'grave' WHERE severity = 'info'");
  file.close();
  store = createSqliteStore(folder.file('state.db'));
  expect(severities(store)[0]).toEqual([{ kind: 'superseded', change: 'first', severity: 'warning' }]);
});
