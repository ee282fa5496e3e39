// Values that nobody planned for: the chart renders the right objects, or says which value it cannot use.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { runProgramToEnd } from '../../support/program.ts';
import {
  at,
  CHART,
  CI_VALUES,
  ciFile,
  configTextOf,
  HELM_VERSIONS,
  type HelmVersion,
  helm,
  type Manifest,
  manifestsOf,
  only,
  parseManifests,
} from './helm.ts';
import { validateManifest } from './models.ts';
import { faultsOf } from './sound.ts';

const set = (...values: readonly string[]) => values.flatMap((value) => ['--set', value]);
const json = (...values: readonly string[]) => values.flatMap((value) => ['--set-json', value]);
const EVERYTHING = set(
  ...['serviceMonitor', 'prometheusRule', 'dashboard', 'networkPolicy', 'podDisruptionBudget'].map(
    (feature) => `${feature}.enabled=true`,
  ),
);

async function expectSound(manifests: readonly Manifest[]): Promise<void> {
  expect(faultsOf(manifests)).toEqual([]);
  for (const manifest of manifests) await validateManifest(manifest);
}

/** Renders a release of any name with the least values and everything switched on. */
function release(name: string, args: readonly string[] = [], version: HelmVersion = 4): readonly Manifest[] {
  const { out, err } = helm(version, [
    'template',
    name,
    CHART,
    '--values',
    ciFile('minimal'),
    ...EVERYTHING,
    ...args,
  ]);
  expect(err).toBe('');
  return parseManifests(out);
}

const nameOf = (manifests: readonly Manifest[]) => only(manifests, 'StatefulSet').metadata.name;

test.each(CI_VALUES)('the values %s render manifests that fit together', (values) => {
  expect(faultsOf(manifestsOf(values))).toEqual([]);
});

describe('the look for faults', () => {
  test('finds names, labels and volumes that Kubernetes would refuse', () => {
    const [set_, ...others] = manifestsOf('minimal', EVERYTHING).toSorted((a) =>
      a.kind === 'StatefulSet' ? -1 : 1,
    );
    const broken = structuredClone(set_ ?? { apiVersion: '', kind: '', metadata: { name: '' } });
    Object.assign(broken.metadata, { name: '1.a', labels: { a: 'b c' } });
    Object.assign(Object(at(broken, 'spec.template.spec.containers.0.volumeMounts.0')), {
      name: 'none',
      mountPath: '/run/secrets/ccm-iam',
    });
    expect(faultsOf([broken, ...others])).toEqual([
      'StatefulSet is named 1.a',
      'StatefulSet: label a is b c',
      '/run/secrets/ccm-iam is there twice',
      'no volume is named none',
    ]);
  });
});

describe('names', () => {
  const longest = 'a'.repeat(53);
  test.each([
    {
      what: 'a release with the longest name that Helm takes',
      name: longest,
      args: [],
      expected: 'a'.repeat(52),
    },
    { what: 'a release with a dot', name: 'my.release', args: [], expected: 'my-release-ccm-cert-monitor' },
    { what: 'a release that begins with a digit', name: '9', args: [], expected: 'ccm-9-ccm-cert-monitor' },
    { what: 'a release that is a word of YAML', name: 'true', args: set('nameOverride=e'), expected: 'true' },
    {
      what: 'a release named as the chart',
      name: 'ccm-cert-monitor',
      args: [],
      expected: 'ccm-cert-monitor',
    },
    {
      what: 'a long name of its own',
      name: 'r',
      args: set(`fullnameOverride=${'b'.repeat(51)}-bbbbbbbbbbb`),
      expected: 'b'.repeat(51),
    },
    { what: 'a name in place of the chart', name: 'r', args: set('nameOverride=watch'), expected: 'r-watch' },
    {
      what: 'a long name in place of the chart',
      name: longest,
      args: set(`nameOverride=${'c'.repeat(63)}`),
      expected: 'a'.repeat(52),
    },
  ])('of $what fit', async ({ name, args, expected }) => {
    const manifests = release(name, args);
    expect(nameOf(manifests)).toBe(expected);
    await expectSound(manifests);
  });

  test('of a long release still take its own pod and no other', () => {
    const manifests = release(longest);
    const selector = at(only(manifests, 'Service'), 'spec.selector');
    expect(selector).toEqual({
      'app.kubernetes.io/name': 'ccm-cert-monitor',
      'app.kubernetes.io/instance': longest,
    });
    expect(at(only(manifests, 'StatefulSet'), 'spec.template.metadata.labels')).toMatchObject(
      Object(selector),
    );
  });

  test('of the namespace are everywhere the one that is asked for', () => {
    const manifests = release('r', ['--namespace', 'here', ...set('namespaceOverride=there')]);
    expect(new Set(manifests.map(({ metadata }) => metadata['namespace']))).toEqual(new Set(['there']));
    expect(at(only(manifests, 'ServiceMonitor'), 'spec.namespaceSelector.matchNames')).toEqual(['there']);
  });

  test('of a ServiceAccount that is there already are used, and none is made', () => {
    const manifests = release('r', set('serviceAccount.create=false', 'serviceAccount.name=mine'));
    expect(manifests.map(({ kind }) => kind)).not.toContain('ServiceAccount');
    expect(at(only(manifests, 'StatefulSet'), 'spec.template.spec.serviceAccountName')).toBe('mine');
    const unnamed = release('r', set('serviceAccount.create=false'));
    expect(at(only(unnamed, 'StatefulSet'), 'spec.template.spec.serviceAccountName')).toBe('default');
  });

  test('that look like numbers stay names', async () => {
    const manifests = release('1', [
      ...json(
        'secrets=[{"name":"ccm-iam"},{"name":"ccm-smtp"},{"name":"123","items":[{"key":"1","path":"2"}]}]',
      ),
      ...[
        '--set-string',
        'namespaceOverride=12,persistence.storageClassName=1e3,priorityClassName=0,serviceAccount.name=a77',
      ],
    ]);
    await expectSound(manifests);
    const pod = at(only(manifests, 'StatefulSet'), 'spec.template.spec');
    expect(pod).toMatchObject({ priorityClassName: '0', serviceAccountName: 'a77' });
    expect(at(pod, 'volumes')).toContainEqual({
      name: 'secret-2',
      secret: { secretName: '123', defaultMode: 0o440, items: [{ key: '1', path: '2' }] },
    });
    expect(at(only(manifests, 'Service'), 'metadata.namespace')).toBe('12');
  });

  test('of own labels are on everything, and change no selector', async () => {
    const manifests = release('r', [
      ...json('commonLabels={"team":"platform","app.kubernetes.io/name":"other"}'),
      ...json('podLabels={"zone":"a","app.kubernetes.io/instance":"other"}'),
      ...json('podAnnotations={"checksum/config":"mine","note":"a"}'),
    ]);
    await expectSound(manifests);
    for (const { kind, metadata } of manifests)
      if (kind !== 'Pod')
        expect(metadata['labels']).toMatchObject({
          team: 'platform',
          'app.kubernetes.io/name': 'ccm-cert-monitor',
        });
    expect(at(only(manifests, 'StatefulSet'), 'spec.template.metadata.labels')).toEqual({
      team: 'platform',
      zone: 'a',
      'app.kubernetes.io/name': 'ccm-cert-monitor',
      'app.kubernetes.io/instance': 'r',
    });
  });
});

describe.each(HELM_VERSIONS)('nothing, under Helm %i', (version) => {
  const rendered = (values: readonly string[]) =>
    helm(version, [
      'template',
      'rel',
      CHART,
      '--values',
      ciFile('minimal'),
      ...set(...values.map((value) => `${value}=null`)),
    ]);

  test('in place of a map or a list is an empty one', async () => {
    const empty = [
      ...['commonLabels', 'commonAnnotations', 'podLabels', 'podAnnotations', 'statefulSetAnnotations'],
      ...[
        'nodeSelector',
        'affinity',
        'tolerations',
        'resources',
        'dnsConfig',
        'dnsPolicy',
        'priorityClassName',
      ],
      ...['extraEnv', 'extraEnvFrom', 'extraVolumes', 'extraVolumeMounts', 'extraManifests'],
      ...[
        'initContainers',
        'extraContainers',
        'imagePullSecrets',
        'hostAliases',
        'topologySpreadConstraints',
      ],
      ...[
        'service.annotations',
        'persistence.annotations',
        'persistence.storageClassName',
        'persistence.existingClaim',
      ],
      ...['serviceAccount.annotations', 'serviceAccount.name', 'image.tag', 'image.digest'],
      ...['nameOverride', 'fullnameOverride', 'namespaceOverride', 'restartOnConfigChange'],
    ];
    const { out, err } = rendered(empty);
    expect(err).toBe('');
    await expectSound(parseManifests(out));
    expect(parseManifests(out)).toEqual(parseManifests(rendered([]).out));
  });

  test('in place of a map or a list of something that is on is an empty one', async () => {
    const empty = [
      ...[
        'serviceMonitor.labels',
        'serviceMonitor.interval',
        'serviceMonitor.tlsConfig',
        'serviceMonitor.relabelings',
      ],
      ...[
        'prometheusRule.labels',
        'prometheusRule.alertLabels',
        'prometheusRule.runbookBaseUrl',
        'prometheusRule.target',
      ],
      ...['dashboard.annotations', 'networkPolicy.dns', 'networkPolicy.mail', 'networkPolicy.extraEgress'],
    ];
    const nothing = set(...empty.map((value) => `${value}=null`));
    const manifests = release('rel', nothing, version);
    await expectSound(manifests);
    expect(manifests).toEqual(release('rel'));
  });

  test('in place of something that is off is off', () => {
    const off = [
      'serviceMonitor',
      'podMonitor',
      'prometheusRule',
      'dashboard',
      'networkPolicy',
      'podDisruptionBudget',
      'tests',
    ];
    const { out, err } = rendered(off);
    expect(err).toBe('');
    expect(
      parseManifests(out)
        .map(({ kind }) => kind)
        .toSorted(),
    ).toEqual(['ConfigMap', 'Service', 'ServiceAccount', 'StatefulSet']);
  });

  test('in place of the security contexts leaves them to the cluster', () => {
    const pod = at(
      only(parseManifests(rendered(['podSecurityContext', 'securityContext']).out), 'StatefulSet'),
      'spec.template.spec',
    );
    expect(pod).not.toHaveProperty('securityContext');
    expect(at(pod, 'containers.0')).not.toHaveProperty('securityContext');
  });

  test.each([
    ...[
      'image',
      'config',
      'persistence',
      'persistence.enabled',
      'persistence.size',
      'service',
      'service.port',
    ],
    ...[
      'serviceAccount',
      'probes',
      'terminationGracePeriodSeconds',
      'image.pullPolicy',
      'prometheusRule.alerts',
    ],
    ...['prometheusRule.thresholds.pendingDays', 'prometheusRule.alerts.CcmMonitorAbsent.for'],
  ])('in place of %s is refused, by its name', (value) => {
    const { status, err } = rendered([value]);
    expect(status).not.toBe(0);
    expect(err).toMatch(new RegExp(`'${value.split('.').at(-1)}'|${value.split('.').at(-1)} is required`));
    expect(err).not.toContain('nil pointer');
  });
});

describe('a configuration', () => {
  const ODD = {
    image: { repository: 'registry.example.com/ccm' },
    config: {
      accounts: ['a', 'b.c'].map((name, n) => ({
        name,
        endpoint: `https://scm.example.com:844${n}/`,
        credentials: { type: 'token', token: { file: `/run/secrets/s${n}/token` } },
      })),
      certificates: [
        { id: '0123456789012345', account: 'a', alias: `a: b # {{ x }} '"\\ é 证书 %d` },
        { id: '1234567890123e45', account: 'a', alias: '$HOME $(id) {{ .Release.Name }} <b>' },
        { id: '0x12345678901234', account: 'b.c', alias: '  lead', owner: '- x' },
        { id: '0o12345670123456', account: 'b.c', alias: 'yes', owner: '~' },
        { id: '2026-01-01T00-00', account: 'b.c', alias: '12:30:45', owner: '1_000' },
      ],
      email: {
        smtp: { host: 'smtp.example.com', username: '0x1F', password: { file: '/run/secrets/s0/token' } },
        from: 'Ops - east <a@example.com>',
        to: ['a@example.com'],
      },
    },
    secrets: [
      { name: 'one' },
      { name: 'one', mountPath: '/run/secrets/s0' },
      { name: 'one', mountPath: '/run/secrets/s1', items: [{ key: 'token' }] },
    ],
  };

  test.each(HELM_VERSIONS)(
    'of odd words and several accounts arrives as it was written, under Helm %i',
    async (version) => {
      const folder = mkdtempSync(join(tmpdir(), 'ccm-odd-'));
      try {
        // In quotes: Helm reads the words of YAML 1.1, where yes and 1_000 are no texts.
        writeFileSync(join(folder, 'values.yaml'), JSON.stringify(ODD));
        const { out, err } = helm(version, [
          'template',
          'rel',
          CHART,
          '--values',
          join(folder, 'values.yaml'),
          ...EVERYTHING,
        ]);
        expect(err).toBe('');
        const manifests = parseManifests(out);
        await expectSound(manifests);
        const { http, state, ...rest } = parse(configTextOf(manifests));
        expect(rest).toEqual(ODD.config);
        expect({ http, state }).toEqual({
          http: { host: '0.0.0.0', port: 10119 },
          state: { path: '/var/lib/ccm-cert-monitor/state.db' },
        });
        writeFileSync(join(folder, 'config.yaml'), configTextOf(manifests));
        expect(await runProgramToEnd(['validate', '--config', join(folder, 'config.yaml')])).toEqual({
          code: 0,
          output: expect.stringContaining('valid'),
        });
        expect(at(only(manifests, 'NetworkPolicy'), 'spec.egress.1.ports')).toEqual(
          [8440, 8441].map((port) => ({ port, protocol: 'TCP' })),
        );
      } finally {
        rmSync(folder, { recursive: true, force: true });
      }
    },
  );
});
