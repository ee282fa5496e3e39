// The benchmark: runs the parts that were asked for, says what they found, and writes it down where that was asked for.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { MonitorError } from '../src/shared/errors.ts';
import { measureCheck } from './parts/check.ts';
import { measureMails } from './parts/mails.ts';
import { measureMemory } from './parts/memory.ts';
import { measurePage } from './parts/page.ts';
import type { Bench, Part } from './parts/part.ts';
import { measureProbe } from './parts/probe.ts';
import { measureReads } from './parts/reads.ts';
import { measureRendering } from './parts/rendering.ts';
import { measureScrape } from './parts/scrape.ts';
import { measureStart } from './parts/start.ts';
import { measureSuccession } from './parts/succession.ts';
import { describeMachine } from './support/machine.ts';
import { type Options, type PartName, parseOptions } from './support/options.ts';
import { openingText, sectionText } from './support/report.ts';
import { type Section, verdictOf } from './support/section.ts';

export interface BenchRun {
  /** The project's folder. */
  readonly root: string;
  /** Where the bundled programs stand. */
  readonly folder: string;
  readonly args: readonly string[];
  readonly say: (text: string) => void;
  readonly note: (text: string) => void;
}

const MEASURES: Readonly<Record<PartName, Part>> = {
  reads: measureReads,
  check: measureCheck,
  memory: measureMemory,
  scrape: measureScrape,
  rendering: measureRendering,
  page: measurePage,
  start: measureStart,
  mails: measureMails,
  succession: measureSuccession,
  probe: measureProbe,
};

/** Resolves with the exit code: 0, or 1 where something could not be measured. */
export async function runBench(run: BenchRun): Promise<number> {
  try {
    const options = parseOptions(run.args);
    return (await measureAll(run, options)) ? 0 : 1;
  } catch (error) {
    if (!(error instanceof MonitorError)) throw error;
    run.say(error.message);
    return 2;
  }
}

async function measureAll({ root, folder, say, note }: BenchRun, options: Options): Promise<boolean> {
  const { quick, rounds } = options;
  const opening = openingText({ quick, rounds, atMs: Date.now(), machine: describeMachine(root) });
  say(opening);
  const workspace = mkdtempSync(join(folder, 'workspace-'));
  const sections: Section[] = [];
  let failed = false;
  try {
    for (const name of options.only) {
      const bench: Bench = {
        root,
        folder,
        workspace,
        quick,
        rounds,
        note: (text) => note(`${name}: ${text}`),
      };
      try {
        const section = await MEASURES[name](bench);
        sections.push(section);
        say(sectionText(section));
      } catch (error) {
        failed = true;
        say(`Cannot measure ${name}: ${error instanceof Error ? error.message : String(error)}\n`);
      }
    }
  } finally {
    rmSync(workspace, { recursive: true, force: true });
  }
  const page = join(root, 'docs', 'performance.md');
  if (options.write)
    writeFileSync(page, [opening, ...sections.map(sectionText)].join('\n').trimEnd().concat('\n'));
  const verdicts = sections.flatMap(({ figures }) => figures.map(verdictOf));
  const count = (verdict: string) => verdicts.filter((one) => one === verdict).length;
  say(`${count('met')} met, ${count('missed')} missed, ${count('not measured')} not measured`);
  return !failed && count('not measured') === 0;
}
