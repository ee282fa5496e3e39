// Part: what it costs to tell of a thousand certificates at once, in one mail and in a thousand.
import { runOnce, startServer } from '../support/processes.ts';
import { shown } from '../support/section.ts';
import { inTurns, type Part, timesAsMuch } from './part.ts';

const CERTIFICATES = 1_000;

export const measureMails: Part = async (bench) => {
  const sink = await startServer(bench, { program: 'mail-sink', task: {} });
  const port = sink.ready['port'] ?? 0;
  const run = (mails: number, rows: number) => () =>
    runOnce(bench, { program: 'send-mails', task: { port, mails, rows } });
  try {
    const of = await inTurns(bench.quick ? { ...bench, rounds: 1 } : bench, {
      single: run(CERTIFICATES, 1),
      digest: run(1, CERTIFICATES),
    });
    const row = (what: string, name: 'single' | 'digest') => [
      what,
      shown(of(name).median('wallMs')),
      name === 'single' ? shown((CERTIFICATES * 1_000) / of(name).median('wallMs')) : '',
      shown(of(name).median('cpuMs')),
      of(name).spread('wallMs'),
    ];
    const value = timesAsMuch(of('digest'), of('single'), 'wallMs');
    return {
      title: 'Telling one recipient of 1,000 certificates',
      how: 'The mailer as it is built, a connection for each mail, against a mail server on loopback that takes everything at once. The digest is what is sent: it lists a hundred and says how many more there are.',
      head: ['mails', 'ms', 'mails per second', 'CPU ms', 'spread'],
      rows: [row('1,000 mails, one by one', 'single'), row('one digest of 1,000', 'digest')],
      figures: [{ what: 'time, digest / one by one', unit: 'x', atMost: 0.02, value }],
    };
  } finally {
    await sink.stop();
  }
};
