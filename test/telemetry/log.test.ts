// The log: its form, its levels, and that no secret gets into it.

import { describe, expect, test } from '@jest/globals';
import { AxiosError, AxiosHeaders } from 'axios';
import { MonitorError } from '../../src/shared/errors.ts';
import { createLog, describeError } from '../../src/telemetry/log.ts';

function logTo(lines: string[], level: 'info' | 'debug' = 'info') {
  return createLog(level, { write: (line: string) => lines.push(line) });
}

function written(use: (log: ReturnType<typeof createLog>) => void): Record<string, unknown> {
  const lines: string[] = [];
  use(logTo(lines));
  expect(lines).toHaveLength(1);
  return JSON.parse(lines[0] ?? '');
}

/** As axios makes it: the token stands in the request, in its headers and in toJSON. */
function leakyError(): AxiosError {
  const headers = new AxiosHeaders({ 'X-Auth-Token': 'hunter2', Authorization: 'hunter2' });
  return new AxiosError('Request failed\r\nwith status 401', 'ERR_BAD_REQUEST', { headers }, { headers });
}

describe('a line of the log', () => {
  test('is JSON with an ISO time, the level as text, and no noise of the process', () => {
    const line = written((log) => log.info({ account: 'default', at: new Date(0) }, 'Read 3 certificates'));
    expect(line).toEqual({
      level: 'info',
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      account: 'default',
      at: '1970-01-01T00:00:00.000Z',
      msg: 'Read 3 certificates',
    });
  });

  test('is written from its level on, which can be changed later', () => {
    const lines: string[] = [];
    const log = logTo(lines);
    log.debug('not yet');
    log.level = 'debug';
    log.debug('now');
    expect(lines.map((line) => JSON.parse(line).msg)).toEqual(['now']);
  });

  test('fills in words and leaves fields without a message alone', () => {
    expect(written((log) => log.info('%s certificates', 3))['msg']).toBe('3 certificates');
    expect(written((log) => log.info({ count: 3 }))).not.toHaveProperty('msg');
  });
});

describe('errors in the log', () => {
  test('of our own keep their message whole, with their code and their causes', () => {
    const cause = Object.assign(new Error('listen EADDRINUSE'), { code: 'EADDRINUSE' });
    const error = new MonitorError('LISTEN', 'Cannot listen on 0.0.0.0:1: taken\nor not', { cause });
    expect(describeError(error)).toEqual({
      name: 'MonitorError',
      code: 'LISTEN',
      message: 'Cannot listen on 0.0.0.0:1: taken\nor not',
      cause: { name: 'Error', code: 'EADDRINUSE', message: 'listen EADDRINUSE' },
    });
  });

  test('of others lose control characters and are clipped', () => {
    const { message } = describeError(new Error(`a\r\n\u001b[31mb${'x'.repeat(1_000)}`));
    expect(message).toMatch(/^a \[31mbx+$/);
    expect(message).toHaveLength(300);
  });

  test('of parsers do not quote what was read', () => {
    expect(describeError(new SyntaxError('Unexpected token in "hunter2"')).message).toBe(
      'text that cannot be parsed',
    );
  });

  test('with endless causes come to an end', () => {
    const error = new Error('round');
    error.cause = error;
    expect(JSON.stringify(describeError(error)).match(/round/g)).toHaveLength(5);
  });

  test.each<[string, (log: ReturnType<typeof createLog>) => void]>([
    ['alone', (log) => log.error(leakyError())],
    ['with a message', (log) => log.error(leakyError(), 'Cannot read')],
    ['as a field', (log) => log.error({ err: leakyError() })],
    ['as a field with a message', (log) => log.error({ err: leakyError() }, 'Cannot read')],
    ['under another name', (log) => log.error({ reason: leakyError() }, 'Cannot read')],
    [
      'within a list',
      (log) => log.error({ failures: [{ name: 'smtp', error: leakyError() }] }, 'Cannot close'),
    ],
    [
      'as a cause',
      (log) => log.error(new MonitorError('STATE_BUSY', 'Cannot open', { cause: leakyError() })),
    ],
    ['as an argument', (log) => log.error('Cannot read: %s', leakyError())],
  ])('show no request, header or token: %s', (_, use) => {
    const line = JSON.stringify(written(use));
    expect(line).not.toContain('hunter2');
    expect(line).not.toMatch(/headers|stack/);
    expect(line).toMatch(/Cannot|Request failed with/);
  });
});

describe('secrets in fields', () => {
  test.each([
    'password',
    'smtpPassword',
    'X-Auth-Token',
    'authorization',
    'secretKey',
    'secret_key',
    'Set-Cookie',
    'securityToken',
  ])('under %s are not written, however deep they stand', (key) => {
    const line = written((log) =>
      log.info({ [key]: 'hunter2', deep: [{ [key]: { value: 'hunter2' } }] }, 'x'),
    );
    expect(line[key]).toBe('[redacted]');
    expect(line['deep']).toEqual([{ [key]: '[redacted]' }]);
  });

  test('are told from flags and counts', () => {
    expect(written((log) => log.info({ hasToken: true, password: null }, 'x'))).toMatchObject({
      hasToken: true,
      password: null,
    });
  });

  test('do not hide behind depth', () => {
    const line = written((log) => log.info({ a: { b: { c: { d: { e: { password: 'hunter2' } } } } } }, 'x'));
    expect(JSON.stringify(line)).not.toContain('hunter2');
    expect(JSON.stringify(line)).toContain('[too deep]');
  });
});
