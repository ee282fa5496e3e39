// The whole way of an alert: simulated cloud, the program, a real Prometheus with the shipped rules, a real Alertmanager, a webhook.
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { createLifetime, type Lifetime } from '../../../src/shared/lifetime.ts';
import { issued, reissue, revocation, revoked } from '../../simulator/certificates.ts';
import type { Program } from '../../support/program.ts';
import { createSetting, type Setting } from '../../support/setting.ts';
import { type Alertmanager, type HeardAlert, linesOf, startAlertmanager } from './alertmanager.ts';
import { type Prometheus, quickShippedRules, startPrometheus, type Target } from './prometheus.ts';

/** What the rules would be without care for the labels of a pod: shows that this test can see a flap. */
const CARELESS_RULE = {
  alert: 'CarelessRevoked',
  expr: 'ccm_certificate_status{status="REVOKED"} == 1',
};

let lifetime: Lifetime;
let setting: Setting;
let alertmanager: Alertmanager;
let prometheus: Prometheus;

beforeEach(async () => {
  lifetime = createLifetime();
  setting = await createSetting();
  lifetime.onClose('setting', () => setting.close());
  alertmanager = await startAlertmanager();
  lifetime.onClose('Alertmanager', () => alertmanager.stop());
  const { groups } = quickShippedRules();
  prometheus = await startPrometheus({
    rules: { groups: [...groups, { name: 'careless', rules: [CARELESS_RULE] }] },
    alertmanager: alertmanager.address,
  });
  lifetime.onClose('Prometheus', () => prometheus.stop());
});

afterEach(async () => {
  expect(await lifetime.close()).toEqual([]);
});

async function targetOf(program: Program, pod: string): Promise<Target> {
  return { address: (await program.url()).replace('http://', ''), labels: { pod } };
}

function about(id: string, alertname: string): (heard: readonly HeardAlert[]) => readonly HeardAlert[] {
  return (heard) =>
    heard.filter(({ labels }) => labels['certificate_id'] === id && labels['alertname'] === alertname);
}

async function hears(id: string, statuses: readonly string[]): Promise<readonly HeardAlert[]> {
  const revocations = about(id, 'CcmCertificateRevoked');
  return revocations(await alertmanager.waitFor((heard) => revocations(heard).length >= statuses.length));
}

/** When each alert of the shipped rules that fires has begun, by name and certificate. */
async function beginnings(): Promise<Readonly<Record<string, number>>> {
  const samples = await prometheus.query('ALERTS_FOR_STATE{alertname=~"Ccm.+"}');
  return Object.fromEntries(
    samples.map(({ metric, value }) => [
      `${metric['alertname']} ${metric['certificate_id']}`,
      Number(value[1]),
    ]),
  );
}

describe('an alert on its way to a person', () => {
  test('arrives when a certificate is revoked, ends when it is re-issued, and is not told again when the pod is replaced', async () => {
    const certificates = {
      stable: issued({ domain: 'www.example.com', name: 'front', daysLeft: 200 }),
      soon: issued({ domain: 'soon.example.com', daysLeft: 20 }),
      back: revoked({ domain: 'back.example.com', daysLeft: 200 }),
      later: issued({ domain: 'later.example.com', daysLeft: 200 }),
    };
    const stable = setting.cloud.put(certificates.stable).id;
    const soon = setting.cloud.put(certificates.soon).id;
    const back = setting.cloud.put(certificates.back).id;
    const later = setting.cloud.put(certificates.later).id;
    setting.configure([stable, soon, back, later]);

    const first = setting.start();
    prometheus.target([await targetOf(first, 'ccm-cert-monitor-0')]);
    await hears(back, ['firing']);
    setting.cloud.update(stable, revocation());
    const [told] = await hears(stable, ['firing']);
    expect(told?.labels).toMatchObject({
      account: 'default',
      severity: 'critical',
      domain: 'www.example.com',
    });
    expect(told?.labels).not.toHaveProperty('pod');
    expect(told?.labels).not.toHaveProperty('instance');
    expect(told?.annotations['summary']).toBe('www.example.com is revoked');
    expect(told?.annotations['runbook_url']).toBe('docs/runbooks/CcmCertificateRevoked.md');
    setting.cloud.update(back, { ...reissue({ daysLeft: 300 }), revoke_reason: null });
    await hears(back, ['firing', 'resolved']);
    await alertmanager.waitFor((heard) => about(soon, 'CcmCertificateExpiringSoon')(heard).length > 0);
    const before = await beginnings();

    // The pod is replaced: the old one ends and leaves the discovery, a while without any, another address and name.
    first.kill('SIGTERM');
    expect(await first.ended).toEqual({ code: 0, signal: null });
    prometheus.target([]);
    await prometheus.waitFor('count(up) or vector(0)', ([sample]) => sample?.value[1] === '0');
    await alertmanager.waitFor((heard) => linesOf(heard).includes(`resolved CarelessRevoked ${stable}`));
    const second = setting.start();
    prometheus.target([await targetOf(second, 'ccm-cert-monitor-1')]);
    await prometheus.waitFor(
      'count_over_time(ccm_certificate_up{pod="ccm-cert-monitor-1"}[1m]) >= 5',
      (samples) => samples.length === 4,
    );

    // What happens under the new pod arrives by the same way, after everything that the replacement could have caused.
    setting.cloud.update(later, revocation());
    await hears(later, ['firing']);
    const shipped = alertmanager.heard.filter(({ labels }) => labels['alertname']?.startsWith('Ccm'));
    expect(linesOf(shipped).split('\n').toSorted()).toEqual(
      [
        `firing CcmCertificateRevoked ${back}`,
        `firing CcmCertificateRevoked ${stable}`,
        `resolved CcmCertificateRevoked ${back}`,
        `firing CcmCertificateExpiringSoon ${soon}`,
        `firing CcmCertificateRevoked ${later}`,
      ].toSorted(),
    );
    expect(await beginnings()).toMatchObject(before);
    // At least once; on a slow machine a scrape that is late makes it flap again.
    const careless = about(stable, CARELESS_RULE.alert)(alertmanager.heard).map(({ status }) => status);
    expect(careless.slice(0, 3)).toEqual(['firing', 'resolved', 'firing']);
  }, 300_000);
});
