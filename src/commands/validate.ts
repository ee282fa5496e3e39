// `validate`: loads the configuration and says every fault of it.
import { loadConfig } from '../config/load.ts';
import { plural } from '../shared/time.ts';
import type { Terminal } from './terminal.ts';

/** Resolves with 0; a configuration with faults throws, which every command ends with exit code 1. */
export async function validateCommand(
  { configPath }: { configPath: string },
  terminal: Terminal,
): Promise<number> {
  const { accounts, certificates, email } = await loadConfig(configPath);
  const mail = email === null ? 'no mail' : `mail to ${plural(email.to.length, 'recipient')}`;
  const discovered = accounts.filter(({ discover }) => discover !== null).length;
  const found = discovered === 0 ? '' : ` and those discovered in ${plural(discovered, 'account')}`;
  terminal.out(
    `${configPath}: valid (${plural(accounts.length, 'account')}, ${plural(certificates.length, 'certificate')}${found}, ${mail})\n`,
  );
  return 0;
}
