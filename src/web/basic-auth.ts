// Who signs in with which password (RFC 7617), against bcrypt hashes: slow for whoever guesses, quick for whoever is known.
import { createHmac, randomBytes } from 'node:crypto';
import { SECOND_MS } from '../shared/time.ts';
import { createTurns, type TurnLimits } from './turns.ts';

/** busy: it could not be found out in time; the client may come again. */
export type SignIn = 'known' | 'unknown' | 'busy';

export interface Attempt {
  /** bcrypt hashes by user name; at least one. */
  readonly users: ReadonlyMap<string, string>;
  readonly authorization: string | undefined;
  /** The client's address. */
  readonly client: string;
}

export type Compare = (password: string, hash: string) => Promise<boolean>;

const LIMITS: TurnLimits = { waiting: 16, perClient: 4, waitMs: 10 * SECOND_MS };
const REMEMBERED = 100;

export interface BasicAuth {
  signIn(attempt: Attempt): Promise<SignIn>;
  /** Whoever waits to be compared is told that it is busy; so is whoever comes. */
  close(): void;
}

/** What was found out is remembered under a key that is of no use outside this process. */
export function createBasicAuth({
  compare,
  limits = LIMITS,
}: {
  compare: Compare;
  limits?: TurnLimits;
}): BasicAuth {
  const secret = randomBytes(32);
  // Apart, so that guessing does not push out those who are known.
  const known = createRecent(REMEMBERED);
  const unknown = createRecent(REMEMBERED);
  const underWay = new Map<string, Promise<SignIn>>();
  const turns = createTurns(limits);

  function digest(...parts: readonly string[]): Buffer {
    return createHmac('sha256', secret).update(JSON.stringify(parts)).digest();
  }

  /** A user who does not exist has somebody's hash, always the same: what is refused takes as long for one name as for another. */
  function hashFor(user: string, users: ReadonlyMap<string, string>): string {
    const hashes = [...users.values()];
    return users.get(user) ?? hashes[digest(user).readUInt32BE() % hashes.length] ?? '';
  }

  async function findOut({ password, hash, client, exists, key }: Question): Promise<SignIn> {
    const equal = await turns.take(client, () => compare(password, hash));
    if (equal === null) return 'busy';
    const may = equal && exists;
    (may ? known : unknown).add(key);
    return may ? 'known' : 'unknown';
  }

  async function signIn({ users, authorization, client }: Attempt): Promise<SignIn> {
    const credentials = parseBasic(authorization);
    if (credentials === null) return 'unknown';
    const { user, password } = credentials;
    const hash = hashFor(user, users);
    const exists = users.has(user);
    const key = digest(user, hash, password, String(exists)).toString('base64');
    if (known.has(key)) return 'known';
    if (unknown.has(key)) return 'unknown';
    const running = underWay.get(key);
    if (running !== undefined) return running;
    const answer = findOut({ password, hash, client, exists, key }).finally(() => underWay.delete(key));
    underWay.set(key, answer);
    return answer;
  }

  return { signIn, close: turns.close };
}

interface Question {
  readonly password: string;
  readonly hash: string;
  readonly client: string;
  readonly exists: boolean;
  readonly key: string;
}

/** Name and password; null where there are none, or where they are not UTF-8. */
export function parseBasic(authorization: string | undefined): { user: string; password: string } | null {
  const encoded = /^basic +([A-Za-z0-9+/]+={0,2})$/i.exec(authorization ?? '')?.[1];
  if (encoded === undefined) return null;
  const text = decoded(encoded);
  const colon = text?.indexOf(':') ?? -1;
  if (text === null || colon < 0) return null;
  return { user: text.slice(0, colon), password: text.slice(colon + 1) };
}

function decoded(base64: string): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(Buffer.from(base64, 'base64'));
  } catch {
    return null;
  }
}

/** The keys that were used last. */
function createRecent(most: number) {
  const keys = new Set<string>();
  return {
    has(key: string): boolean {
      if (!keys.delete(key)) return false;
      keys.add(key);
      return true;
    },
    add(key: string): void {
      keys.add(key);
      const [oldest] = keys;
      if (keys.size > most && oldest !== undefined) keys.delete(oldest);
    },
  };
}
