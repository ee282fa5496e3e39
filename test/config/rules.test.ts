// One tiny bad configuration per rule, and the exact text that a person gets for it.
import { describe, expect, test } from '@jest/globals';
import { parseConfig } from '../../src/config/load.ts';
import {
  account,
  billionLaughs,
  CERTIFICATE,
  certificate,
  credentials,
  email,
  endpoint,
  section,
  smtp,
  twoAccounts,
} from './texts.ts';

const RULES: readonly (readonly [rule: string, text: string, lines: readonly string[]])[] = [
  [
    'the file is empty',
    '',
    [
      'c: found an empty value; must be a mapping with keys out of accounts, certificates, rules, probes, schedule, thresholds, email, heartbeat, http, state, metrics, log',
    ],
  ],
  [
    'the file is a list',
    '- 1',
    [
      'c:1: found a list of 1; must be a mapping with keys out of accounts, certificates, rules, probes, schedule, thresholds, email, heartbeat, http, state, metrics, log',
    ],
  ],
  [
    'accounts and certificates are missing',
    '{}',
    [
      'c:1 accounts: found nothing; must be a list of accounts, at least one',
      'c:1 certificates: found nothing; must be a list of certificates, at least one, unless an account has discover: true',
    ],
  ],
  [
    'accounts and certificates are empty',
    'accounts: []\ncertificates: []',
    [
      'c:1 accounts: found a list of 0; must be a list of accounts, at least one',
      'c:2 certificates: found a list of 0; must be a list of certificates, at least one, unless an account has discover: true',
    ],
  ],
  [
    'a section stands there without content',
    section('email:'),
    [
      'c:6 email: found an empty value; must be a mapping with keys out of smtp, from, to, kinds, ladder, reminders, resolved, summary, language',
    ],
  ],
  [
    'a section is a single value',
    section('http: 8080'),
    [
      'c:6 http: found 8080 (a number); must be a mapping with keys out of host, port, webConfigFile, probePort, publicUrl',
    ],
  ],
  [
    'a certificate is a single value',
    section('').replace('id: ', ''),
    [
      'c:5 certificates[0]: found "scs1590053258704"; must be a mapping with keys out of id, account, alias, owner, runbook, recipients, thresholds, probe',
    ],
  ],
  [
    'a key is misspelt',
    section('schedul: {}'),
    ['c:6 schedul: found an unknown key; must be a known key: did you mean schedule?'],
  ],
  [
    'a key is unknown',
    section('metrics: { format: text }'),
    ['c:6 metrics.format: found an unknown key; must be one of status'],
  ],
  [
    'several keys are unknown',
    section('http: { prt: 1, zzz: 2 }'),
    [
      'c:6 http.prt: found an unknown key; must be a known key: did you mean port?',
      'c:6 http.zzz: found an unknown key; must be one of host, port, webConfigFile, probePort, publicUrl',
    ],
  ],
  [
    'a key is __proto__',
    section('metrics: { __proto__: {} }'),
    ['c:6 metrics.__proto__: found an unknown key; must be one of status'],
  ],
  [
    'a key is a number',
    section('metrics: { 5: x }'),
    ['c:6 metrics["5"]: found an unknown key; must be one of status'],
  ],
  [
    'an account name has a space',
    account('name: a b'),
    [
      'c:4 accounts[0].name: found "a b" (3 characters); must be a name of 1 to 63 characters out of A-Z, a-z, 0-9, ".", "_" and "-"',
    ],
  ],
  [
    'an account name is a number',
    account('name: 5'),
    [
      'c:4 accounts[0].name: found 5 (a number); must be a name of 1 to 63 characters out of A-Z, a-z, 0-9, ".", "_" and "-"',
    ],
  ],
  [
    'two accounts have one name',
    twoAccounts('a', 'a') + CERTIFICATE,
    [
      'c:3 accounts[1].name: found "a", which is also the name of accounts[0]; must be a name of its own',
      'c:5 certificates[0].account: found nothing; must name one of the accounts: a; it may be left out where there is one account',
    ],
  ],
  [
    'an account has no credentials',
    account().replace(/ +credentials.*\n/, ''),
    [
      'c:2 accounts[0].credentials: found nothing; must be credentials whose type is password, access-key or token',
    ],
  ],
  [
    'credentials have no known type',
    credentials('{ type: passwd }'),
    [
      'c:3 accounts[0].credentials.type: found "passwd"; must be credentials whose type is password, access-key or token',
    ],
  ],
  [
    'credentials have no type',
    credentials('{ token: { env: TOKEN } }'),
    [
      'c:3 accounts[0].credentials.type: found nothing; must be credentials whose type is password, access-key or token',
    ],
  ],
  [
    'credentials are a plain value',
    credentials('hunter2'),
    [
      'c:3 accounts[0].credentials: found a plain value, which is not shown; must be credentials whose type is password, access-key or token',
    ],
  ],
  [
    'credentials mix two types',
    credentials('{ type: token, token: { env: T }, password: hunter2 }'),
    ['c:3 accounts[0].credentials.password: found an unknown key; must be one of type, token'],
  ],
  [
    'password credentials lack everything else',
    credentials('{ type: password }'),
    [
      'c:3 accounts[0].credentials.iamEndpoint: found nothing; must be an https:// URL, e.g. https://iam.cn-north-4.myhuaweicloud.com',
      'c:3 accounts[0].credentials.domainName: found nothing; must be a domain name of 1 to 200 characters without control characters (digits alone need quotes)',
      'c:3 accounts[0].credentials.userName: found nothing; must be a user name of 1 to 200 characters without control characters (digits alone need quotes)',
      'c:3 accounts[0].credentials.password: found nothing; must be { file: PATH } or { env: NAME }: a secret is never written in the configuration',
    ],
  ],
  [
    'a secret is a plain text',
    credentials('{ type: token, token: hunter2 }'),
    [
      'c:3 accounts[0].credentials.token: found a plain value, which is not shown; must be { file: PATH } or { env: NAME }: a secret is never written in the configuration',
    ],
  ],
  [
    'a secret is a plain number',
    credentials('{ type: token, token: 4711 }'),
    [
      'c:3 accounts[0].credentials.token: found a plain value, which is not shown; must be { file: PATH } or { env: NAME }: a secret is never written in the configuration',
    ],
  ],
  [
    'a secret is empty',
    credentials('{ type: token, token: }'),
    [
      'c:3 accounts[0].credentials.token: found an empty value; must be { file: PATH } or { env: NAME }: a secret is never written in the configuration',
    ],
  ],
  [
    'a secret has two places',
    credentials('{ type: token, token: { env: A, file: b } }'),
    [
      'c:3 accounts[0].credentials.token: found a mapping; must be { file: PATH } or { env: NAME }: a secret is never written in the configuration',
    ],
  ],
  [
    'a secret stands beside its place',
    credentials('{ type: token, token: { file: b, hunter2: } }'),
    ['c:3 accounts[0].credentials.token: found an unknown key, which is not shown; must be one of file'],
  ],
  [
    "a secret's variable has no proper name",
    credentials('{ type: token, token: { env: "hunter2!" } }'),
    [
      'c:3 accounts[0].credentials.token.env: found a plain value, which is not shown; must be the name of an environment variable',
    ],
  ],
  [
    'a scope is unknown',
    credentials(
      '{ type: password, iamEndpoint: "https://iam.example.com", domainName: d, userName: u, password: { env: P }, scope: projekt }',
    ),
    ['c:3 accounts[0].credentials.scope: found "projekt"; must be domain or { project: NAME }'],
  ],
  [
    'an endpoint is plain http elsewhere',
    endpoint('http://scm.example.com'),
    [
      'c:2 accounts[0].endpoint: found "http://scm.example.com"; must start with https://: http:// is accepted for localhost, 127.0.0.0/8 and [::1] only',
    ],
  ],
  [
    'an endpoint is plain http to a host that only looks like loopback',
    endpoint('http://127.0.0.1.example.com'),
    [
      'c:2 accounts[0].endpoint: found "http://127.0.0.1.example.com"; must start with https://: http:// is accepted for localhost, 127.0.0.0/8 and [::1] only',
    ],
  ],
  [
    'an endpoint has credentials',
    endpoint('https://user:hunter2@scm.example.com'),
    [
      'c:2 accounts[0].endpoint: found "https://…@scm.example.com"; must be a URL without a user name or password in it',
    ],
  ],
  [
    'an endpoint has a query',
    endpoint('https://scm.example.com?token=hunter2'),
    [
      'c:2 accounts[0].endpoint: found "https://scm.example.com?…"; must be a URL without a query (?…) or fragment (#…)',
    ],
  ],
  [
    'an endpoint goes too far',
    endpoint('https://scm.example.com/v3/scm'),
    [
      'c:2 accounts[0].endpoint: found "https://scm.example.com/v3/scm"; must end before /v3: the monitor adds the rest itself',
    ],
  ],
  [
    'an endpoint is no URL',
    endpoint('scm.example.com'),
    [
      'c:2 accounts[0].endpoint: found "scm.example.com"; must be an https:// URL of a host, e.g. https://scm.cn-north-4.myhuaweicloud.com',
    ],
  ],
  [
    'an endpoint has a backslash',
    endpoint('https:\\\\scm.example.com'),
    [
      'c:2 accounts[0].endpoint: found "https:\\\\\\\\scm.example.com"; must be an https:// URL of a host, e.g. https://scm.cn-north-4.myhuaweicloud.com',
    ],
  ],
  [
    'an offset is no offset',
    account('utcOffset: 8'),
    [
      'c:4 accounts[0].utcOffset: found 8 (a number); must be an offset from UTC like "+08:00", from "-14:00" to "+14:00"',
    ],
  ],
  [
    'a rate is nothing',
    account('requestsPerSecond: 0'),
    ['c:4 accounts[0].requestsPerSecond: found 0 (a number); must be a number from 0.1 to 100000'],
  ],
  [
    'a rate is a text',
    account('requestsPerSecond: "5"'),
    ['c:4 accounts[0].requestsPerSecond: found "5"; must be a number from 0.1 to 100000'],
  ],
  [
    'a rate is infinite',
    account('requestsPerSecond: .inf'),
    ['c:4 accounts[0].requestsPerSecond: found Infinity (a number); must be a number from 0.1 to 100000'],
  ],
  [
    'a concurrency is a fraction',
    account('concurrency: 1.5'),
    ['c:4 accounts[0].concurrency: found 1.5 (a number); must be a whole number from 1 to 1000'],
  ],
  [
    'a concurrency is too high',
    account('concurrency: 1001'),
    ['c:4 accounts[0].concurrency: found 1001 (a number); must be a whole number from 1 to 1000'],
  ],
  [
    'a timeout is too long',
    account('timeout: 6m'),
    ['c:4 accounts[0].timeout: found "6m"; must be a duration like 90s, 15m, 36h or 30d, from 1s to 5m'],
  ],
  [
    'a timeout has no unit',
    account('timeout: 10'),
    [
      'c:4 accounts[0].timeout: found 10 (a number); must be a duration like 90s, 15m, 36h or 30d, from 1s to 5m',
    ],
  ],
  [
    'a path is empty',
    account('caFile: ""'),
    ['c:4 accounts[0].caFile: found ""; must be the path of a PEM file'],
  ],
  [
    'an id is too short',
    certificate('').replace('scs1590053258704', 'abc'),
    [
      'c:5 certificates[0].id: found "abc" (3 characters); must be a certificate id of 16 characters, e.g. scs1590053258704',
    ],
  ],
  [
    'an id is a number',
    certificate('').replace('scs1590053258704', '1590053258704123'),
    [
      'c:5 certificates[0].id: found 1590053258704123 (a number); must be a certificate id of 16 characters, e.g. scs1590053258704',
    ],
  ],
  [
    'an id has other characters',
    certificate('').replace('scs1590053258704', 'scs1590053258/04'),
    [
      'c:5 certificates[0].id: found "scs1590053258/04" (16 characters); must be a certificate id of 16 characters, e.g. scs1590053258704',
    ],
  ],
  [
    'a certificate stands twice',
    section('  - id: scs1590053258704'),
    [
      'c:6 certificates[1].id: found "scs1590053258704" of account "default", which is certificates[0] already; must be listed once',
    ],
  ],
  [
    'an account is unknown',
    certificate('account: nope'),
    ['c:6 certificates[0].account: found "nope"; must name one of the accounts: default'],
  ],
  [
    'an account is not named where there are two',
    twoAccounts('a', 'b') + CERTIFICATE,
    [
      'c:5 certificates[0].account: found nothing; must name one of the accounts: a, b; it may be left out where there is one account',
    ],
  ],
  [
    'a probe is a word that nobody knows',
    certificate('probe: yes please'),
    [
      'c:6 certificates[0].probe: found "yes please"; must be auto, false, or a list of endpoints (host:port)',
    ],
  ],
  [
    'a probe is true',
    certificate('probe: true'),
    [
      'c:6 certificates[0].probe: found true (a boolean); must be auto, false, or a list of endpoints (host:port)',
    ],
  ],
  [
    'a probe is an empty list',
    certificate('probe: []'),
    ['c:6 certificates[0].probe: found a list of 0; must be a list of endpoints, at least one'],
  ],
  [
    'an endpoint has no port',
    certificate('probe: [www.example.com]'),
    [
      'c:6 certificates[0].probe[0]: found "www.example.com"; must be host:port, as www.example.com:443 or [2001:db8::1]:443',
    ],
  ],
  [
    'an endpoint has port 0',
    certificate('probe: ["www.example.com:0"]'),
    ['c:6 certificates[0].probe[0]: found "www.example.com:0"; must end with a port from 1 to 65535'],
  ],
  [
    'two endpoints of three have a fault',
    certificate('probe: ["a:0", b.example.com:443, c]'),
    [
      'c:6 certificates[0].probe[0]: found "a:0"; must end with a port from 1 to 65535',
      'c:6 certificates[0].probe[2]: found "c"; must be host:port, as www.example.com:443 or [2001:db8::1]:443',
    ],
  ],
  [
    'an endpoint is a URL',
    certificate('probe: ["https://www.example.com/"]'),
    [
      'c:6 certificates[0].probe[0]: found "https://www.example.com/"; must be host:port, as www.example.com:443 or [2001:db8::1]:443',
    ],
  ],
  [
    'an endpoint has an unknown key',
    certificate('probe: [{ address: "a.example.com:443", sni: b }]'),
    ['c:6 certificates[0].probe[0].sni: found an unknown key; must be one of address, serverName, startTls'],
  ],
  [
    'STARTTLS is of an unknown protocol',
    certificate('probe: [{ address: "a.example.com:25", startTls: SMTP }]'),
    [
      'c:6 certificates[0].probe[0]: found a mapping; must be host:port, or a mapping with keys out of address, serverName, startTls',
    ],
  ],
  [
    'looks are without end',
    section('probes: { timeout: 2m }'),
    ['c:6 probes.timeout: found "2m"; must be a duration like 90s, 15m, 36h or 30d, from 1s to 1m'],
  ],
  [
    'looks are too many at once',
    section('probes: { concurrency: 1001, perSecond: 0 }'),
    [
      'c:6 probes.concurrency: found 1001 (a number); must be a whole number from 1 to 1000',
      'c:6 probes.perSecond: found 0 (a number); must be a number from 0.1 to 10000',
    ],
  ],
  [
    'an alias is empty',
    certificate('alias: ""'),
    [
      'c:6 certificates[0].alias: found "" (0 characters); must be a text of 1 to 200 characters without control characters (digits alone need quotes)',
    ],
  ],
  [
    'an owner has a line break',
    certificate('owner: "a\\nb"'),
    [
      'c:6 certificates[0].owner: found "a\\nb" (3 characters); must be a text of 1 to 200 characters without control characters (digits alone need quotes)',
    ],
  ],
  [
    'an alias is a number',
    certificate('alias: 5'),
    [
      'c:6 certificates[0].alias: found 5 (a number); must be a text of 1 to 200 characters without control characters (digits alone need quotes)',
    ],
  ],
  [
    'a runbook is not a page',
    certificate('runbook: javascript:alert(1)'),
    [
      'c:6 certificates[0].runbook: found "javascript:alert(1)"; must be an http:// or https:// URL, e.g. https://wiki.example.com/certificates',
    ],
  ],
  [
    'a runbook has credentials',
    certificate('runbook: http://user:hunter2@wiki.example.com/'),
    [
      'c:6 certificates[0].runbook: found "http://…@wiki.example.com/"; must be a URL without a user name or password in it',
    ],
  ],
  [
    'a recipient is no address',
    certificate('recipients: [a b@example.com]'),
    [
      'c:6 certificates[0].recipients[0]: found "a b@example.com"; must be an email address, e.g. oncall@example.com',
    ],
  ],
  [
    'a recipient is two',
    certificate('recipients: ["a,b@example.com"]'),
    [
      'c:6 certificates[0].recipients[0]: found "a,b@example.com"; must be an email address, e.g. oncall@example.com',
    ],
  ],
  [
    'recipients are no list',
    certificate('recipients: a@example.com'),
    ['c:6 certificates[0].recipients: found "a@example.com"; must be a list of email addresses'],
  ],
  [
    'a threshold has no unit',
    certificate('thresholds: { warning: 45 }'),
    [
      'c:6 certificates[0].thresholds.warning: found 45 (a number); must be a duration like 30d, or a share of the lifetime like 33%',
    ],
  ],
  [
    'critical comes before warning',
    section('thresholds: { warning: 7d, critical: 8d }'),
    [
      'c:6 thresholds.critical: found warning 7d and critical 8d; must be a critical that is not longer than warning',
    ],
  ],
  [
    'critical by default comes before warning',
    section('thresholds: { warning: 3d }'),
    [
      'c:6 thresholds.warning: found warning 3d and critical 7d; must be a critical that is not longer than warning',
    ],
  ],
  [
    "a critical share is larger than the warning's",
    section('thresholds: { warning: 10%, critical: 20% }'),
    [
      'c:6 thresholds.critical: found warning 10% and critical 20%; must be a critical that is not longer than warning',
    ],
  ],
  [
    "a certificate's warning is shorter than the general critical",
    certificate('thresholds: { warning: 5d }'),
    [
      'c:6 certificates[0].thresholds.warning: found warning 5d and critical 7d; must be a critical that is not longer than warning',
    ],
  ],
  [
    'a span is nothing',
    section('thresholds: { pending: 0d }'),
    ['c:6 thresholds.pending: found "0d"; must be a duration like 90s, 15m, 36h or 30d'],
  ],
  [
    'a cron field is out of range',
    section('schedule: { cron: "61 * * * *" }'),
    [
      'c:6 schedule.cron: found "61 * * * *"; must be a cron expression of 5 or 6 fields, e.g. "*/15 * * * *"; not understood: the minute',
    ],
  ],
  [
    'a cron expression has four fields',
    section('schedule: { cron: "* * * *" }'),
    ['c:6 schedule.cron: found "* * * *"; must be a cron expression of 5 or 6 fields, e.g. "*/15 * * * *"'],
  ],
  [
    'a cron expression never comes',
    section('schedule: { cron: "0 0 31 2 *" }'),
    [
      'c:6 schedule.cron: found "0 0 31 2 *"; must be a cron expression of 5 or 6 fields, e.g. "*/15 * * * *"; this day never comes in this month',
    ],
  ],
  [
    'a cron expression is a nickname',
    section('schedule: { cron: "@daily" }'),
    ['c:6 schedule.cron: found "@daily"; must be a cron expression of 5 or 6 fields, e.g. "*/15 * * * *"'],
  ],
  [
    'a cron expression has other characters',
    section('schedule: { cron: "* * * * ;" }'),
    [
      'c:6 schedule.cron: found "* * * * ;"; must be a cron expression of 5 or 6 fields, e.g. "*/15 * * * *"; it has characters that no field takes',
    ],
  ],
  [
    'a cron expression would fill the memory',
    section('schedule: { cron: "0-999999999 * * * *" }'),
    [
      'c:6 schedule.cron: found "0-999999999 * * * *"; must be a cron expression of 5 or 6 fields, e.g. "*/15 * * * *"',
    ],
  ],
  [
    'a cron expression is not in quotes',
    section('schedule:\n  cron: */15 * * * *'),
    [
      'c:7:14: found an asterisk, which YAML takes for an alias; must be a cron expression in quotes, e.g. "*/15 * * * *"',
    ],
  ],
  [
    'a cron expression of stars is not in quotes',
    section('schedule: { cron: * * * * * }'),
    [
      'c:6:19: found an asterisk, which YAML takes for an alias; must be a cron expression in quotes, e.g. "*/15 * * * *"',
    ],
  ],
  [
    'a time zone is unknown',
    section('schedule: { timeZone: Mars/Olympus }'),
    [
      'c:6 schedule.timeZone: found "Mars/Olympus"; must be an IANA time zone, e.g. UTC, Europe/Berlin or Asia/Shanghai',
    ],
  ],
  [
    'a time zone is an offset',
    section('schedule: { timeZone: "+08:00" }'),
    [
      'c:6 schedule.timeZone: found "+08:00"; must be an IANA time zone, e.g. UTC, Europe/Berlin or Asia/Shanghai',
    ],
  ],
  [
    'email is empty',
    section('email: {}'),
    [
      'c:6 email.smtp: found nothing; must be a mapping with keys out of host, port, tls, username, password, caFile, timeout',
      'c:6 email.from: found nothing; must be an email address, or a name and an address, e.g. Certificate monitor <certs@example.com>',
      'c:6 email.to: found nothing; must be a list of email addresses, at least one',
    ],
  ],
  [
    'nobody is to be told',
    section('email:\n  smtp: { host: h }\n  from: a@example.com\n  to: []'),
    ['c:9 email.to: found a list of 0; must be a list of email addresses, at least one'],
  ],
  [
    'a sender is no address',
    section('email:\n  smtp: { host: h }\n  from: Me <a b@c>\n  to: [a@b]'),
    [
      'c:8 email.from: found "Me <a b@c>"; must be an email address, or a name and an address, e.g. Certificate monitor <certs@example.com>',
    ],
  ],
  [
    'a sender breaks out of its header',
    section('email:\n  smtp: { host: h }\n  from: "Me\\r\\nBcc: <a@b>"\n  to: [a@b]'),
    [
      'c:8 email.from: found "…@b>"; must be an email address, or a name and an address, e.g. Certificate monitor <certs@example.com>',
    ],
  ],
  [
    'a kind is unknown',
    email('kinds: [expird]'),
    [
      'c:10 email.kinds[0]: found "expird"; must be one of revoked, expired, unpassed, missing, unreadable, untrusted, served-expiring, expiring, not-deployed, renewal-stuck, renewal-overdue, revoking, pending, unrecognised, unmonitored, superseded',
    ],
  ],
  [
    'a ladder has no rungs',
    email('ladder: []'),
    ['c:10 email.ladder: found a list of 0; must be a list of durations, at least one'],
  ],
  [
    'a reminder is no duration',
    email('reminders: [1 d]'),
    ['c:10 email.reminders[0]: found "1 d"; must be a duration like 90s, 15m, 36h or 30d'],
  ],
  ['a flag is a word', email('resolved: yes'), ['c:10 email.resolved: found "yes"; must be true or false']],
  [
    'a summary is true',
    email('summary: true'),
    [
      'c:10 email.summary: found true (a boolean); must be a cron expression in quotes, e.g. "0 9 * * 1", or false',
    ],
  ],
  [
    'a summary is no cron expression',
    email('summary: "0 25 * * 1"'),
    [
      'c:10 email.summary: found "0 25 * * 1"; must be a cron expression of 5 or 6 fields, e.g. "*/15 * * * *"; not understood: the hour',
    ],
  ],
  [
    'a language is not there yet',
    email('language: de'),
    ['c:10 email.language: found "de"; must be one of en, zh-CN'],
  ],
  [
    'a mail host is a URL',
    smtp('host: "smtp://user:hunter2@x"'),
    ['c:7 email.smtp.host: found "smtp://…@x"; must be a host name or an IP address, without scheme or port'],
  ],
  [
    'a mail port is 0',
    smtp('host: h, port: 0'),
    ['c:7 email.smtp.port: found 0 (a number); must be a whole number from 1 to 65535'],
  ],
  [
    "a mail server's TLS is unknown",
    smtp('host: h, tls: maybe'),
    ['c:7 email.smtp.tls: found "maybe"; must be one of starttls, implicit, none'],
  ],
  [
    'a mail user has no password',
    smtp('host: h, username: u'),
    ['c:7 email.smtp.password: found nothing; must be set together with username, or neither of them'],
  ],
  [
    'a mail password has no user',
    smtp('host: h, password: { env: P }'),
    ['c:7 email.smtp.username: found nothing; must be set together with password, or neither of them'],
  ],
  [
    'a mail password would go in clear',
    smtp('host: h, tls: none, username: u, password: { env: P }'),
    [
      'c:7 email.smtp.tls: found none with a password; must be starttls or implicit: a password is sent in clear to a loopback host only',
    ],
  ],
  [
    'a mail password is a plain text',
    smtp('host: h, username: u, password: hunter2'),
    [
      'c:7 email.smtp.password: found a plain value, which is not shown; must be { file: PATH } or { env: NAME }: a secret is never written in the configuration',
    ],
  ],
  [
    'a mail timeout is too long',
    smtp('host: h, timeout: 11m'),
    ['c:7 email.smtp.timeout: found "11m"; must be a duration like 90s, 15m, 36h or 30d, from 1s to 10m'],
  ],
  [
    'a heartbeat is plain http',
    section('heartbeat: { url: "http://hc-ping.com/hunter2" }'),
    [
      'c:6 heartbeat.url: found "http://hc-ping.com/…"; must start with https://: http:// is accepted for localhost, 127.0.0.0/8 and [::1] only',
    ],
  ],
  [
    'an http port is too high',
    section('http: { port: 70000 }'),
    ['c:6 http.port: found 70000 (a number); must be a whole number from 0 to 65535'],
  ],
  [
    'the port of the probes is too high',
    section('http: { probePort: 65536 }'),
    ['c:6 http.probePort: found 65536 (a number); must be a whole number from 0 to 65535'],
  ],
  [
    'the port of the probes is that of the pages',
    section('http: { probePort: 10119 }'),
    ['c:6 http.probePort: found 10119, which is also http.port; must be a port of its own'],
  ],
  [
    'the pages have the port that the probes have by default',
    section('http: { port: 10121, webConfigFile: web.yaml }'),
    ['c:6 http.probePort: found 10121, which is also http.port; must be a port of its own'],
  ],
  [
    'an http host is two words',
    section('http: { host: "a b" }'),
    ['c:6 http.host: found "a b"; must be a host name or an IP address, without scheme or port'],
  ],
  [
    'a public URL is not a page',
    section('http: { publicUrl: "ftp://x" }'),
    [
      'c:6 http.publicUrl: found "ftp://x"; must be an http:// or https:// URL, e.g. https://certs.example.com',
    ],
  ],
  [
    'a public URL has a query',
    section('http: { publicUrl: "https://x/?token=hunter2" }'),
    ['c:6 http.publicUrl: found "https://x/?…"; must be a URL without a query (?…) or fragment (#…)'],
  ],
  [
    'a state path is a number',
    section('state: { path: 5 }'),
    ['c:6 state.path: found 5 (a number); must be the path of the state file'],
  ],
  [
    'a shape of the metrics is unknown',
    section('metrics: { status: all }'),
    ['c:6 metrics.status: found "all"; must be one of stateset, current'],
  ],
  [
    'a log level is unknown',
    section('log: { level: verbose }'),
    ['c:6 log.level: found "verbose"; must be one of fatal, error, warn, info, debug, trace'],
  ],
  [
    'a key stands twice, and its value is wrong too',
    section('log: { level: info }\nlog: { level: nope }'),
    [
      'c:6 log.level: found "nope"; must be one of fatal, error, warn, info, debug, trace',
      'c:7:1: found a key that stands twice in one mapping; must stand once',
    ],
  ],
  [
    'a tab indents',
    section('log:\n\tlevel: info'),
    ['c:7:1: found a tab as indentation; must be indented with spaces'],
  ],
  [
    'there are two documents',
    section('---\na: 1'),
    ['c:6:1: found a second document after "---"; must be one document'],
  ],
  [
    'a quote is not closed',
    section('log: { level: "hunter2 }'),
    [
      'c:7:1: found something that is not complete; must be "key: value"; or a quote, bracket or brace before it is not closed',
    ],
  ],
  [
    'an alias has no anchor',
    section('log: *hunter2'),
    [
      'c:6:6: found an alias (*name) without an anchor (&name); must be in quotes if the asterisk is meant as it stands',
    ],
  ],
  ['a tag stands there', section('log: !hunter2 x'), ['c:6:6: found a tag (!name); must be a plain value']],
  [
    'a text starts with a reserved character',
    section('log: @hunter2'),
    ['c:6:6: found a text that starts with a reserved character; must be in quotes'],
  ],
  [
    'a line has no colon',
    section('hunter2'),
    [
      'c:6:1: found something that is not complete; must be "key: value"; or a quote, bracket or brace before it is not closed',
    ],
  ],
  [
    'two keys stand on one line',
    section('log: level: hunter2'),
    [
      'c:6:6: found a second "key: value" on one line; must stand on a line of its own, or its text in quotes',
    ],
  ],
  [
    'a line is indented wrongly',
    section('log:\n  level: info\n http: {}'),
    ['c:8:1: found a line that is indented wrongly; must be indented as deep as its neighbours'],
  ],
  ['a key is a list', section('? [hunter2]\n: 1'), ['c:6:3: found a key that is not a text; must be a text']],
  [
    'a block text has a strange header',
    section('log: |hunter2\n  x'),
    [
      'c:6:7: found something that is not YAML; must be YAML: "key: value" and "- entry" lines, texts with special characters in quotes',
    ],
  ],
  [
    'an escape is unknown',
    section('log: "hunter2\\q"'),
    [
      'c:6:14: found an unknown escape in a double-quoted text; must be in single quotes if the backslash is meant as it stands',
    ],
  ],
  [
    'an anchor contains itself',
    section('log: &a [*a]'),
    [
      'c:6:10: found an alias (*name) without an anchor (&name); must be in quotes if the asterisk is meant as it stands',
    ],
  ],
  [
    'the file is a secret',
    'hunter2',
    [
      'c:1: found a plain value, which is not shown; must be a mapping with keys out of accounts, certificates, rules, probes, schedule, thresholds, email, heartbeat, http, state, metrics, log',
    ],
  ],
  [
    'anchors multiply',
    billionLaughs(),
    [
      'c: found anchors that multiply, or lists and mappings inside each other, beyond all measure; must be a plain list of accounts and certificates',
    ],
  ],
];

describe('a fault is told where', () => {
  test.each(RULES)('%s', (_rule, text, lines) => {
    const result = parseConfig(text, { source: 'c' });
    expect(result.ok ? 'no fault' : result.message.split('\n')).toEqual(lines);
  });

  test('and none of these texts repeats what may be a secret', () => {
    expect(RULES.filter(([, text]) => text.includes('hunter2')).length).toBeGreaterThan(15);
    expect(RULES.flatMap(([, , lines]) => lines).filter((line) => line.includes('hunter2'))).toEqual([]);
  });
});
