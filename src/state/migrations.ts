// The state's tables, version by version. A step that was released is never changed: the next one mends it. Pure.

/** Marks a SQLite file as ours: "CCMm". */
export const APPLICATION_ID = 0x43434d6d;

/** Step n brings a file from version n to n + 1; each runs inside one transaction. */
export const MIGRATIONS: readonly string[] = [
  `
  CREATE TABLE certificates (
    account TEXT NOT NULL, id TEXT NOT NULL,
    watched_since_ms INTEGER NOT NULL,
    certificate TEXT,
    standing TEXT, standing_since_ms INTEGER NOT NULL,
    up INTEGER NOT NULL, last_success_ms INTEGER,
    failure TEXT, failing_since_ms INTEGER, missing_since_ms INTEGER,
    PRIMARY KEY (account, id)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE alerts (
    account TEXT NOT NULL, id TEXT NOT NULL, kind TEXT NOT NULL, epoch_ms INTEGER NOT NULL,
    alert TEXT NOT NULL,
    PRIMARY KEY (account, id, kind, epoch_ms)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE silences (
    account TEXT NOT NULL, id TEXT NOT NULL,
    silence TEXT NOT NULL,
    PRIMARY KEY (account, id)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE outbox (
    message_id TEXT PRIMARY KEY, created_at_ms INTEGER NOT NULL,
    mail TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('waiting', 'parked')),
    exposed INTEGER NOT NULL, attempts INTEGER NOT NULL, next_attempt_ms INTEGER NOT NULL, last_response TEXT
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX outbox_by_age ON outbox (state, created_at_ms);
  CREATE TABLE mails (
    message_id TEXT NOT NULL, at_ms INTEGER NOT NULL,
    mail TEXT NOT NULL,
    outcome TEXT NOT NULL CHECK (outcome IN ('sent', 'parked', 'replaced')),
    attempts INTEGER NOT NULL, response TEXT
  ) STRICT;
  CREATE INDEX mails_by_time ON mails (at_ms);
  CREATE TABLE history (
    account TEXT NOT NULL, id TEXT NOT NULL, at_ms INTEGER NOT NULL,
    event TEXT NOT NULL, text TEXT NOT NULL
  ) STRICT;
  CREATE INDEX history_by_certificate ON history (account, id, at_ms);
  CREATE INDEX history_by_time ON history (at_ms);
  CREATE TABLE marks (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
  `,
  // What each mail tells of which certificate, so that its page finds its mails without reading all of them.
  `
  CREATE TABLE mail_subjects (
    account TEXT NOT NULL, id TEXT NOT NULL, created_at_ms INTEGER NOT NULL, message_id TEXT NOT NULL,
    kind TEXT NOT NULL, change TEXT NOT NULL,
    recipient TEXT NOT NULL, severity TEXT NOT NULL,
    PRIMARY KEY (account, id, created_at_ms, message_id, kind, change)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX mails_by_message ON mails (message_id);
  CREATE INDEX ends_by_certificate ON history (account, id, at_ms) WHERE event = 'not_after';
  INSERT OR IGNORE INTO mail_subjects
    SELECT about.value ->> 'account', about.value ->> 'id', mail ->> 'createdAtMs', message_id,
      notice.value ->> 'kind', notice.value ->> 'change', mail ->> 'recipient', notice.value ->> 'severity'
    FROM (SELECT message_id, mail FROM mails UNION SELECT message_id, mail FROM outbox),
      json_each(mail, '$.content.notices') AS notice, json_each(notice.value, '$.alerts') AS about;
  `,
  // Which certificates an account was found to have: they are watched on where the account cannot be listed after a restart.
  `
  CREATE TABLE discovered (
    account TEXT NOT NULL, id TEXT NOT NULL,
    listed TEXT NOT NULL, unlisted_since_ms INTEGER,
    PRIMARY KEY (account, id)
  ) STRICT, WITHOUT ROWID;
  `,
];

/** The version that this program writes. */
export const STATE_VERSION = MIGRATIONS.length;
