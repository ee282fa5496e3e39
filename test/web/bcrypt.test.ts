// Comparing in a thread: right answers, a loop that goes on, and an end.
import { afterEach, describe, expect, test } from '@jest/globals';
import bcryptjs from 'bcryptjs';
import { type Bcrypt, createBcrypt } from '../../src/web/bcrypt.ts';

let bcrypt: Bcrypt = createBcrypt();

afterEach(() => bcrypt.close());

/** Of Go's golang.org/x/crypto/bcrypt, for "fakepassword": the toolkit's own example. */
const OF_GO = '$2y$10$QOauhQNbBCuQDKes6eFzPeMqBSjb7Mr5DUmpZ/VcEd00UAV/LDeSi';

describe('bcrypt in a thread', () => {
  test('knows the password of a hash that others made, and no other', async () => {
    bcrypt = createBcrypt();
    expect(await bcrypt.compare('fakepassword', OF_GO)).toBe(true);
    expect(await bcrypt.compare('fakepassworD', OF_GO)).toBe(false);
  });

  test('looks at the first 72 bytes, as Go does', async () => {
    bcrypt = createBcrypt();
    const long = 'ä'.repeat(36);
    const hash = bcryptjs.hashSync(long, 4);
    expect(await bcrypt.compare(`${long}and more`, hash)).toBe(true);
    expect(await bcrypt.compare(long.slice(1), hash)).toBe(false);
  });

  test('gives each question its own answer', async () => {
    bcrypt = createBcrypt();
    const hash = bcryptjs.hashSync('right', 4);
    const questions = ['right', 'wrong', 'right', ''];
    expect(await Promise.all(questions.map((password) => bcrypt.compare(password, hash)))).toEqual([
      true,
      false,
      true,
      false,
    ]);
  });

  test('lets everything else go on meanwhile', async () => {
    bcrypt = createBcrypt();
    let turns = 0;
    const beat = setInterval(() => {
      turns += 1;
    }, 1);
    await bcrypt.compare('wrong', OF_GO.replace('$10$', '$11$'));
    clearInterval(beat);
    expect(turns).toBeGreaterThan(10);
  });

  test('ends its thread when it has nothing to do, and starts another one later', async () => {
    bcrypt = createBcrypt({ idleMs: 1 });
    const hash = bcryptjs.hashSync('right', 4);
    expect(await bcrypt.compare('right', hash)).toBe(true);
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(await bcrypt.compare('right', hash)).toBe(true);
  });

  test('refuses what runs when it is closed', async () => {
    bcrypt = createBcrypt();
    const running = bcrypt.compare('wrong', OF_GO.replace('$10$', '$16$'));
    const refused = expect(running).rejects.toThrow('Cannot compare a password: the thread has ended');
    await bcrypt.compare;
    await new Promise((resolve) => setImmediate(resolve));
    await bcrypt.close();
    await refused;
  });

  test('says what is missing where the program was not built', async () => {
    bcrypt = createBcrypt();
    const { CCM_BCRYPT_THREAD: built } = process.env;
    delete process.env['CCM_BCRYPT_THREAD'];
    try {
      await expect(bcrypt.compare('a', OF_GO)).rejects.toThrow(
        'the program was not built by scripts/build.js',
      );
      process.env['CCM_BCRYPT_THREAD'] = 'throw new Error("hunter2")';
      await expect(bcrypt.compare('a', OF_GO)).rejects.toThrow(
        'Cannot compare a password: the thread has failed',
      );
    } finally {
      if (built !== undefined) process.env['CCM_BCRYPT_THREAD'] = built;
    }
    expect(await bcrypt.compare('fakepassword', OF_GO)).toBe(true);
  });
});
