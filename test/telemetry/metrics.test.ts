// What the monitor says about itself: names, closed label sets at 0, accounts that come and go.
import { describe, expect, test } from '@jest/globals';
import { KINDS, SEVERITIES } from '../../src/certificates/finding.ts';
import { FAILURE_REASONS } from '../../src/certificates/reading.ts';
import type { Clock } from '../../src/shared/time.ts';
import {
  API_OPERATIONS,
  createMetrics,
  type Metrics,
  REQUEST_OUTCOMES,
} from '../../src/telemetry/metrics.ts';
import { type Parsed, parseText } from './text-format.ts';

const AT_MS = Date.UTC(2026, 10, 23, 12);

function metricsOf(accounts: readonly string[] = ['default'], clock?: Clock): Metrics {
  return createMetrics({
    version: '0.1.0',
    revision: 'abc',
    accounts,
    ...(clock === undefined ? {} : { clock }),
  });
}

async function read(metrics: Metrics): Promise<Parsed> {
  return parseText(await metrics.render());
}

function values(parsed: Parsed, name: string, label: string): Record<string, number> {
  return Object.fromEntries(parsed.find(name).map(({ labels, value }) => [labels[label] ?? '', value]));
}

describe('at the start', () => {
  test('every closed label set stands at 0', async () => {
    const parsed = await read(metricsOf(['one', 'two']));
    const zeros = (names: readonly string[]) => Object.fromEntries(names.map((name) => [name, 0]));
    expect(values(parsed, 'ccm_monitor_checks_total', 'result')).toEqual(
      zeros(['complete', 'partial', 'failed', 'skipped']),
    );
    expect(values(parsed, 'ccm_monitor_mails_total', 'outcome')).toEqual(
      zeros(['sent', 'deferred', 'refused', 'ambiguous']),
    );
    expect(values(parsed, 'ccm_monitor_outbox_mails', 'state')).toEqual(zeros(['waiting', 'parked']));
    expect(parsed.find('ccm_monitor_state_write_failures_total')).toMatchObject([{ value: 0 }]);
    expect(parsed.find('ccm_monitor_alerts_active')).toHaveLength(KINDS.length * SEVERITIES.length);
    expect(parsed.find('ccm_monitor_alerts_active').every(({ value }) => value === 0)).toBe(true);
    for (const account of ['one', 'two']) {
      expect(parsed.find('ccm_monitor_read_failures_total', { account })).toHaveLength(
        FAILURE_REASONS.length,
      );
      const requests = parsed.find('ccm_monitor_api_requests_total', { account });
      expect(requests).toHaveLength(API_OPERATIONS.length * REQUEST_OUTCOMES.length);
      expect(requests.every(({ value }) => value === 0)).toBe(true);
      expect(parsed.find('ccm_monitor_api_request_duration_seconds_count', { account })).toMatchObject(
        API_OPERATIONS.map((operation) => ({ labels: { account, operation }, value: 0 })),
      );
    }
  });

  test.each([
    'ccm_monitor_last_check_timestamp_seconds',
    'ccm_monitor_last_complete_check_timestamp_seconds',
    'ccm_monitor_clock_skew_seconds',
    'ccm_monitor_outbox_oldest_timestamp_seconds',
    'ccm_monitor_config_last_reload_successful',
    'ccm_monitor_config_last_reload_success_timestamp_seconds',
    'ccm_monitor_web_config_last_reload_successful',
    'ccm_monitor_web_config_last_reload_success_timestamp_seconds',
  ])('%s has its type and no sample, since nothing is known', async (name) => {
    const parsed = await read(metricsOf());
    expect(parsed.types.get(name)).toBe('gauge');
    expect(parsed.find(name)).toEqual([]);
  });

  test('the build is named, and the process and Node metrics are there without those that promtool refuses', async () => {
    const parsed = await read(metricsOf());
    expect(parsed.find('ccm_monitor_build_info')).toMatchObject([
      { labels: { version: '0.1.0', revision: 'abc', node_version: process.version }, value: 1 },
    ]);
    expect(parsed.find('process_resident_memory_bytes')).toHaveLength(1);
    expect(parsed.types.get('nodejs_eventloop_lag_p99_seconds')).toBe('gauge');
    const gaugesLikeCounters = [...parsed.types].filter(
      ([name, type]) => type === 'gauge' && name.endsWith('_total'),
    );
    expect(gaugesLikeCounters).toEqual([]);
  });
});

describe('what happens is counted', () => {
  test('checks, and when the last one and the last complete one ended', async () => {
    const metrics = metricsOf();
    metrics.checkFinished({ result: 'complete', seconds: 2, atMs: AT_MS });
    metrics.checkFinished({ result: 'partial', seconds: 3, atMs: AT_MS + 60_000 });
    metrics.checkSkipped();
    const parsed = await read(metrics);
    expect(values(parsed, 'ccm_monitor_checks_total', 'result')).toEqual({
      complete: 1,
      partial: 1,
      failed: 0,
      skipped: 1,
    });
    expect(parsed.find('ccm_monitor_check_duration_seconds_sum')[0]?.value).toBe(5);
    expect(parsed.find('ccm_monitor_last_check_timestamp_seconds')[0]?.value).toBe(AT_MS / 1000 + 60);
    expect(parsed.find('ccm_monitor_last_complete_check_timestamp_seconds')[0]?.value).toBe(AT_MS / 1000);
  });

  test('checks before the start are taken over from the state, as far as they are known', async () => {
    const metrics = metricsOf();
    metrics.checksKnown({ lastCheckMs: null, lastCompleteCheckMs: null });
    expect((await read(metrics)).find('ccm_monitor_last_check_timestamp_seconds')).toEqual([]);
    metrics.checksKnown({ lastCheckMs: AT_MS, lastCompleteCheckMs: AT_MS - 1000 });
    const parsed = await read(metrics);
    expect(parsed.find('ccm_monitor_last_check_timestamp_seconds')[0]?.value).toBe(AT_MS / 1000);
    expect(parsed.find('ccm_monitor_last_complete_check_timestamp_seconds')[0]?.value).toBe(AT_MS / 1000 - 1);
  });

  test('requests, failures and the skew of the clock, by account', async () => {
    const metrics = metricsOf();
    metrics.request({ account: 'default', operation: 'ShowCertificate', outcome: 'throttled', seconds: 0.2 });
    metrics.readFailed('default', 'throttled');
    metrics.clockSkew({ account: 'default', seconds: -1.5 });
    expect(metrics.clockSkews()).toEqual([{ account: 'default', seconds: -1.5 }]);
    const parsed = await read(metrics);
    expect(
      parsed.find('ccm_monitor_api_requests_total', { operation: 'ShowCertificate', outcome: 'throttled' }),
    ).toMatchObject([{ value: 1 }]);
    expect(
      parsed.find('ccm_monitor_api_request_duration_seconds_bucket', {
        operation: 'ShowCertificate',
        le: '0.25',
      }),
    ).toMatchObject([{ value: 1 }]);
    expect(values(parsed, 'ccm_monitor_read_failures_total', 'reason')).toMatchObject({
      throttled: 1,
      timeout: 0,
    });
    expect(parsed.find('ccm_monitor_clock_skew_seconds')).toMatchObject([{ value: -1.5 }]);
  });

  test('mails, the outbox, alerts, reloads and writes that failed', async () => {
    const metrics = metricsOf();
    metrics.mail('ambiguous');
    metrics.outbox({ waiting: 2, parked: 1, oldestMs: AT_MS });
    metrics.alerts([{ kind: 'expired', severity: 'critical', count: 3 }]);
    metrics.reload({ ok: true, atMs: AT_MS });
    metrics.reload({ ok: false, atMs: AT_MS + 1000 });
    metrics.webReload({ ok: true, atMs: AT_MS + 2000 });
    metrics.webReload({ ok: false, atMs: AT_MS + 3000 });
    metrics.stateWriteFailed();
    const parsed = await read(metrics);
    expect(values(parsed, 'ccm_monitor_mails_total', 'outcome')).toMatchObject({ ambiguous: 1, sent: 0 });
    expect(values(parsed, 'ccm_monitor_outbox_mails', 'state')).toEqual({ waiting: 2, parked: 1 });
    expect(parsed.find('ccm_monitor_outbox_oldest_timestamp_seconds')[0]?.value).toBe(AT_MS / 1000);
    expect(parsed.find('ccm_monitor_alerts_active').filter(({ value }) => value > 0)).toMatchObject([
      { labels: { kind: 'expired', severity: 'critical' }, value: 3 },
    ]);
    expect(parsed.find('ccm_monitor_config_last_reload_successful')[0]?.value).toBe(0);
    expect(parsed.find('ccm_monitor_config_last_reload_success_timestamp_seconds')[0]?.value).toBe(
      AT_MS / 1000,
    );
    expect(parsed.find('ccm_monitor_web_config_last_reload_successful')[0]?.value).toBe(0);
    expect(parsed.find('ccm_monitor_web_config_last_reload_success_timestamp_seconds')[0]?.value).toBe(
      AT_MS / 1000 + 2,
    );
    expect(parsed.find('ccm_monitor_state_write_failures_total')[0]?.value).toBe(1);
  });

  test('an outbox that was emptied has no oldest mail, and alerts that ended go back to 0', async () => {
    const metrics = metricsOf();
    metrics.outbox({ waiting: 1, parked: 0, oldestMs: AT_MS });
    metrics.alerts([{ kind: 'expired', severity: 'critical', count: 3 }]);
    metrics.outbox({ waiting: 0, parked: 0, oldestMs: null });
    metrics.alerts([]);
    const parsed = await read(metrics);
    expect(parsed.find('ccm_monitor_outbox_oldest_timestamp_seconds')).toEqual([]);
    expect(parsed.find('ccm_monitor_alerts_active').every(({ value }) => value === 0)).toBe(true);
  });
});

describe('accounts', () => {
  test('that leave take their series with them, those that come start at 0, those that stay keep their counts', async () => {
    const metrics = metricsOf(['gone', 'stays']);
    for (const account of ['gone', 'stays']) {
      metrics.request({ account, operation: 'CreateToken', outcome: 'ok', seconds: 1 });
      metrics.readFailed(account, 'timeout');
      metrics.clockSkew({ account, seconds: 1 });
    }
    metrics.accounts(['stays', 'new']);
    expect(metrics.clockSkews()).toEqual([{ account: 'stays', seconds: 1 }]);
    const text = await metrics.render();
    expect(text).not.toContain('account="gone"');
    const parsed = parseText(text);
    const created = { operation: 'CreateToken', outcome: 'ok' };
    expect(parsed.find('ccm_monitor_api_requests_total', { account: 'stays', ...created })[0]?.value).toBe(1);
    expect(parsed.find('ccm_monitor_api_requests_total', { account: 'new', ...created })[0]?.value).toBe(0);
  });

  test('that are not configured leave no trace, even where an answer comes late', async () => {
    const metrics = metricsOf(['default']);
    metrics.accounts([]);
    metrics.request({ account: 'default', operation: 'CreateToken', outcome: 'ok', seconds: 1 });
    metrics.readFailed('default', 'timeout');
    metrics.clockSkew({ account: 'default', seconds: 1 });
    expect(await metrics.render()).not.toContain('account="default"');
  });

  test('may be called anything', async () => {
    const account = 'a"b\\c\nd';
    const parsed = await read(metricsOf([account]));
    expect(parsed.find('ccm_monitor_read_failures_total', { account })).toHaveLength(FAILURE_REASONS.length);
  });
});

describe('rendering', () => {
  test('samples the process at most once a second, and shows what happened in between at once', async () => {
    let nowMs = 0;
    const metrics = metricsOf(['default'], { wallMs: () => AT_MS, monotonicMs: () => nowMs });
    const cpu = (parsed: Parsed) => parsed.find('process_cpu_seconds_total')[0]?.value ?? Number.NaN;
    const first = cpu(await read(metrics));
    metrics.mail('sent');
    nowMs = 999;
    const second = await read(metrics);
    expect(cpu(second)).toBe(first);
    expect(values(second, 'ccm_monitor_mails_total', 'outcome')['sent']).toBe(1);
    nowMs = 1_000;
    expect(cpu(await read(metrics))).toBeGreaterThan(first);
  });

  test('in OpenMetrics changes nothing for those who read text afterwards', async () => {
    const clock = { wallMs: () => AT_MS, monotonicMs: () => 0 };
    const metrics = metricsOf(['default'], clock);
    const before = await metrics.render();
    const open = await metrics.render('openmetrics');
    expect(await metrics.render('openmetrics')).toBe(open);
    expect(await metrics.render('text')).toBe(before);
    expect(open).toContain(
      '# TYPE ccm_monitor_checks counter\nccm_monitor_checks_total{result="complete"} 0\n',
    );
    expect(open).not.toContain('\n\n');
    expect(open).not.toContain('# EOF');
    expect(parseText(open).samples.length).toBe(parseText(before).samples.length);
  });
});
