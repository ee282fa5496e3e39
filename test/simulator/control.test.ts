// Whether a simulator in another process can be steered, and a plain one cannot.

import { readFileSync } from 'node:fs';
import { get } from 'node:https';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { readTestTls, TEST_CA_FILE } from '../support/smtp/test-tls.ts';
import { type Cloud, startCloud } from './cloud.ts';

let cloud: Cloud;

beforeEach(async () => {
  cloud = await startCloud({ control: true });
});
afterEach(() => cloud.close());

async function call(
  method: string,
  path: string,
  body?: unknown,
): Promise<{ status: number; body: unknown }> {
  const sent = typeof body === 'string' ? body : JSON.stringify(body);
  const response = await fetch(`${cloud.origin}/_control/${path}`, {
    method,
    ...(body === undefined ? {} : { body: sent }),
  });
  return { status: response.status, body: await response.json() };
}

describe('the control', () => {
  test('puts and removes certificates', async () => {
    const put = await call('PUT', 'certificates/scs1590053258704', {
      like: 'issued',
      daysLeft: 3,
      fields: { shared: true },
    });
    expect(put.status).toBe(200);
    expect(cloud.certificates.get('scs1590053258704')).toMatchObject({ status: 'ISSUED', shared: true });
    await call('DELETE', 'certificates/scs1590053258704');
    expect(cloud.certificates.size).toBe(0);
  });

  test('plans and forgets faults, and revokes tokens', async () => {
    const token = cloud.iam.issueToken();
    const ask = (): Promise<number> =>
      fetch(`${cloud.origin}/v3/scm/certificates`, { headers: { 'X-Auth-Token': token } }).then(
        ({ status }) => status,
      );
    await call('POST', 'faults', {
      fault: { kind: 'reply', status: 503, body: 'x' },
      on: 'scm',
      times: 'always',
    });
    expect(await ask()).toBe(503);
    await call('DELETE', 'faults');
    expect(await ask()).toBe(200);
    await call('POST', 'revoke-tokens');
    expect(await ask()).toBe(401);
  });

  test('sets what is wrong with the list, and where certificates are deployed', async () => {
    const flaws = { totalCount: 7, endless: true };
    expect((await call('PUT', 'list', { maxOffset: null, flaws })).status).toBe(200);
    expect(cloud.settings).toMatchObject({ maxOffset: null, listFlaws: flaws });
    await call('PUT', 'list', {});
    expect(cloud.settings).toMatchObject({ maxOffset: null, listFlaws: {} });
    const deployed = [{ service: 'CDN', regions: { '': 2 } }];
    expect((await call('PUT', 'deployments/scs1590053258704', deployed)).status).toBe(200);
    expect(cloud.deployments.get('scs1590053258704')).toEqual(deployed);
  });

  test('shows what was asked, without the headers', async () => {
    await fetch(`${cloud.origin}/v3/scm/certificates`, { headers: { 'X-Auth-Token': 'secret' } });
    const { body } = await call('GET', 'requests');
    expect(body).toMatchObject([{ method: 'GET', path: '/v3/scm/certificates', auth: 'token' }]);
    expect(JSON.stringify(body)).not.toContain('secret');
  });

  test.each([
    ['PUT', 'certificates/x', { like: 'nothing' }, 400],
    ['PUT', 'certificates/x', 'no JSON', 400],
    ['PUT', 'list', { flaws: { nothing: 1 } }, 400],
    ['PUT', 'deployments/x', { service: 'CDN' }, 400],
    ['DELETE', 'deployments/x', undefined, 404],
    ['POST', 'faults', { fault: { kind: 'hold' } }, 400],
    ['GET', 'nothing', undefined, 404],
  ])('refuses %s %s with %j', async (method, path, body, status) => {
    expect((await call(method, path, body)).status).toBe(status);
  });

  test('is not there unless it was asked for', async () => {
    const plain = await startCloud();
    expect((await fetch(`${plain.origin}/_control/requests`)).status).toBe(404);
    await plain.close();
  });
});

describe('TLS', () => {
  test('the cloud speaks it with the test certificate', async () => {
    const secure = await startCloud({ tls: readTestTls() });
    const status = await new Promise((resolve, reject) => {
      get(
        `${secure.origin}/v3/scm/certificates`,
        { ca: readFileSync(TEST_CA_FILE), agent: false },
        (response) => {
          response.resume();
          response.once('end', () => resolve(response.statusCode));
        },
      ).once('error', reject);
    });
    expect(status).toBe(401);
    await secure.close();
  });
});
