// The words of the status page in English: headings, labels, remarks. Another language is another object of this shape. Pure.
import { englishDetail } from './english-detail.ts';
import { grouped as number } from './numbers.ts';

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

const certificates = (count: number): string =>
  count === 1 ? '1 certificate' : `${number(count)} certificates`;

export const englishPage = {
  ...englishDetail,
  number,
  brackets: [' (', ')'],
  certificates,
  product: 'Certificate monitor',
  skip: 'Skip to the content',
  site: 'Site',
  way: 'Way back',
  overview: 'Overview',
  list: 'All certificates',
  monitor: 'The monitor',
  attention: 'Needs attention',
  timeline: 'Ends in the next 12 months',
  json: 'JSON',
  calendar: 'Calendar',
  metrics: 'Metrics',
  runbooks: 'Runbooks',
  readOnly: 'This page only shows; nothing can be changed on it.',

  // What stands at the top.
  needAttention: (count: number): string => `${certificates(count)} need${count === 1 ? 's' : ''} attention`,
  allWell: (count: number): string =>
    count === 1 ? 'The certificate is well' : `All ${number(count)} certificates are well`,
  noneKnown: 'No certificate is watched',
  noneNeeds: 'Nothing needs attention.',
  notRead: (count: number): string =>
    count === 1 ? 'One certificate was never read' : `${number(count)} certificates were never read`,
  checked: 'Last check',
  next: 'Next check',
  level: { critical: 'Critical', warning: 'Warning', info: 'Note', unknown: 'Never read', ok: 'Well' },
  silenced: 'Silenced',
  monitorTrouble: 'The monitor itself needs attention',
  showAll: (count: number): string => `Show all ${number(count)}`,

  // One that needs attention.
  since: 'Since',
  firstSeen: 'First seen',
  whatToDo: 'What to do',
  steps: 'All steps',
  runbook: 'Runbook',
  ownRunbook: 'Your own runbook',
  ofAccount: (count: number, account: string): string => `${certificates(count)} of account ${account}`,
  showThem: 'Show them',
  silencedUntil: 'Silenced until',
  flapping: 'It flaps: it comes and goes.',

  // The timeline.
  timelineHint:
    'Each bar is a day on which certificates end; a month leads to its certificates. Days are in UTC.',
  month: (year: number, month: number): string => `${MONTHS[month - 1]} ${year}`,
  ending: (count: number): string => `${certificates(count)} end${count === 1 ? 's' : ''}`,
  clusters: 'Days on which most certificates end',
  day: 'Day',
  count: 'Certificates',
  nothingEnds: 'No certificate ends in the next 12 months.',

  // Search, filters, table and pages.
  filters: 'Search and filters',
  search: 'Search',
  searchHint: 'Name, alias, domain, id or fingerprint',
  levelLabel: 'State',
  kindLabel: 'Finding',
  statusLabel: 'Status',
  accountLabel: 'Account',
  ownerLabel: 'Owner',
  silencedLabel: 'Mails',
  endsLabel: 'Ends in',
  sortLabel: 'Order',
  any: 'Any',
  needing: 'Needs attention',
  silencedOnly: 'Silenced',
  notSilenced: 'Not silenced',
  sorts: {
    end: 'Time left',
    attention: 'Gravest first',
    name: 'Name',
    account: 'Account',
    owner: 'Owner',
    read: 'Longest not read',
  },
  apply: 'Show',
  clear: 'Clear all filters',
  matching: (count: number, all: number): string => `${number(count)} of ${certificates(all)}`,
  noMatch: 'No certificate matches.',
  column: {
    certificate: 'Certificate',
    state: 'State',
    ends: 'Ends',
    status: 'Status',
    account: 'Account',
    owner: 'Owner',
    lastRead: 'Last read',
  },
  moreDomains: (count: number): string => `and ${number(count)} more`,
  lastReadFailed: 'the last read failed',
  neverRead: 'never read',
  pages: 'Pages',
  first: 'First',
  previous: 'Previous',
  nextPage: 'Next',
  last: 'Last',
  pageOf: (page: number, count: number): string => `Page ${number(page)} of ${number(count)}`,
  now: 'now',

  // The monitor itself.
  state: {
    version: 'Version',
    lastCheck: 'Last check',
    lastCompleteCheck: 'Last complete check',
    nextCheck: 'Next check',
    nextSummary: 'Next summary',
    mails: 'Mails',
    configuration: 'Configuration',
  },
  off: 'switched off',
  waiting: (count: number): string => `${number(count)} waiting`,
  waitingSince: 'the oldest since',
  parked: (count: number): string => `${number(count)} refused for good`,
  parkedTrouble: (count: number): string =>
    `${count === 1 ? 'One mail was' : `${number(count)} mails were`} refused for good: see "ccm-cert-monitor mails"`,
  waitingTrouble: (count: number): string =>
    `${count === 1 ? 'One mail waits' : `${number(count)} mails wait`} for the mail server`,
  configurationRead: 'read',
  configurationFailed: 'the file has faults, and the monitor goes on with what it read before',
  configurationTrouble: 'The configuration file has faults: the log of the monitor has them all',
  checkTrouble: 'No check has been complete since',
  neverComplete: 'No check has been complete yet',
  accountTrouble: (account: string, count: number): string =>
    `Account ${account}: the last read of ${certificates(count)} failed`,
  accounts: 'Accounts',
  account: {
    name: 'Account',
    certificates: 'Certificates',
    oldest: 'Oldest successful read',
    failing: 'Reads that fail',
    unwatched: 'Watched by nobody',
  },
  noneFails: 'none',
  failing: (count: number, cause: string): string => `${number(count)}: ${cause}`,
};

/** What every language must be able to say on the pages, besides what it says of a certificate. */
export type PageWords = typeof englishPage;
