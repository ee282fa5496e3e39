// The command line: which commands there are, and how their ends become exit codes. Each command is loaded when it is the one.
import { Command, CommanderError, InvalidArgumentError } from 'commander';
import { MonitorError } from '../shared/errors.ts';
import { oneLine } from '../shared/text.ts';
import { VERSION } from '../version.ts';
import type { Terminal } from './terminal.ts';

const DEFAULT_CONFIG = 'config/config.yaml';

/** Runs the command that `args` name (without node and script). Resolves with the exit code; never throws for what a person can mend. */
export async function runProgram(args: readonly string[], terminal: Terminal): Promise<number> {
  let exitCode = 0;
  const program = buildProgram(terminal, (code) => {
    exitCode = code;
  });
  try {
    await program.parseAsync([...args], { from: 'user' });
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode;
    if (!(error instanceof MonitorError)) throw error;
    terminal.err(`${error.message}\n`);
    return 1;
  }
}

function buildProgram(terminal: Terminal, end: (exitCode: number) => void): Command {
  const program = new Command('ccm-cert-monitor');
  const configPath = () =>
    program.opts<{ config?: string }>().config ?? terminal.env['CCM_CONFIG'] ?? DEFAULT_CONFIG;
  program
    .description("Watches the certificates held in Huawei Cloud's Cloud Certificate Manager")
    .version(VERSION)
    .option('-c, --config <path>', `configuration file (default: $CCM_CONFIG or ${DEFAULT_CONFIG})`)
    .exitOverride()
    .configureOutput({ writeOut: (text) => terminal.out(text), writeErr: (text) => terminal.err(text) });

  program
    .command('run', { isDefault: true })
    .argument('[command]')
    .description('the daemon: checks on schedule, exports metrics, sends mails')
    .action(async (unknown: string | undefined) => {
      if (unknown !== undefined)
        throw new MonitorError(
          'USAGE',
          `Cannot run "${oneLine(unknown, 60)}": there is no such command; see --help`,
        );
      const { runCommand } = await import('./run.ts');
      end(await runCommand({ configPath: configPath() }, terminal));
    });
  program
    .command('check')
    .description('one pass, nothing mailed or stored; exit code 0 ok, 1 warning, 2 critical, 3 unknown')
    .option('--json', 'JSON instead of a table', false)
    .action(async ({ json }: { json: boolean }) => {
      const { checkCommand } = await import('./check.ts');
      end(await checkCommand({ configPath: configPath(), json }, terminal));
    });
  program
    .command('validate')
    .description('loads the configuration and shows every fault; exit code 0 or 1')
    .action(async () => {
      const { validateCommand } = await import('./validate.ts');
      end(await validateCommand({ configPath: configPath() }, terminal));
    });
  program
    .command('test-mail')
    .description(
      "a [TEST] mail to every recipient, with the server's answer; exit code 0 only if all were accepted",
    )
    .action(async () => {
      const { testMailCommand } = await import('./test-mail.ts');
      end(await testMailCommand({ configPath: configPath() }, terminal));
    });
  program
    .command('silence')
    .description('stops the mails of one certificate until a time, or until its status or end changes')
    .argument('<id>', "the certificate's id")
    .option('--until <time>', 'a day (2026-12-31), a time with its zone, or a duration (36h, 30d)')
    .option('--reason <text>', 'why, for the summary')
    .option('--account <name>', 'where several accounts have the id')
    .option('--lift', 'ends the silence', false)
    .action(
      async (
        id: string,
        {
          until,
          reason,
          account,
          lift,
        }: { until?: string; reason?: string; account?: string; lift: boolean },
      ) => {
        const { silenceCommand } = await import('./silence.ts');
        end(
          await silenceCommand(
            {
              configPath: configPath(),
              id,
              until: until ?? null,
              reason: reason ?? null,
              account: account ?? null,
              lift,
            },
            terminal,
          ),
        );
      },
    );
  program
    .command('mails')
    .description('what was sent, to whom, when, with which answer; and what still waits')
    .argument('[id]', 'only what told of the certificate of this id')
    .option('--limit <n>', 'how many, the newest first', wholeNumber, 50)
    .option('--json', 'JSON instead of a table', false)
    .action(async (id: string | undefined, { limit, json }: { limit: number; json: boolean }) => {
      const { mailsCommand } = await import('./mails.ts');
      end(await mailsCommand({ configPath: configPath(), id: id ?? null, limit, json }, terminal));
    });
  return program;
}

function wholeNumber(text: string): number {
  if (!/^[1-9]\d{0,5}$/.test(text)) throw new InvalidArgumentError('write a whole number from 1 to 999999');
  return Number(text);
}
