// The chart under real Helm 4 and Helm 3: lints, renders, fits the models, and its configuration is one the program takes.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { runProgramToEnd } from '../../support/program.ts';
import {
  at,
  CHART,
  CI_VALUES,
  ciFile,
  configTextOf,
  HELM_VERSIONS,
  helm,
  keyOf,
  type Manifest,
  manifestsOf,
  only,
  parseManifests,
  template,
} from './helm.ts';
import { unknownFieldsOf, validateManifest } from './models.ts';

const KUBE_VERSIONS = ['1.27.0', '1.32.0', '1.35.0'];

describe.each(HELM_VERSIONS)('Helm %i', (version) => {
  test('is the version it is said to be', () => {
    expect(helm(version, ['version', '--short']).out).toMatch(new RegExp(`^v${version}\\.`));
  });

  test.each(CI_VALUES)('finds nothing to complain of with the values %s', (values) => {
    const { status, out, err } = helm(version, ['lint', '--strict', CHART, '--values', ciFile(values)]);
    expect({ status, out, err }).toMatchObject({
      status: 0,
      out: expect.not.stringMatching(/WARN|ERROR/),
      err: '',
    });
  });

  test.each(CI_VALUES)('renders the values %s for every supported Kubernetes', (values) => {
    const expected = template(4, { values }).out;
    for (const kube of KUBE_VERSIONS) {
      const { status, out, err } = template(version, { values, kube });
      expect({ status, err }).toEqual({ status: 0, err: '' });
      expect(out).toBe(expected);
    }
  });

  test('refuses a Kubernetes that is too old', () => {
    expect(template(version, { values: 'minimal', kube: '1.26.0' }).err).toContain(
      'requires kubeVersion: >=1.27.0-0',
    );
  });

  test('packages the chart', () => {
    const folder = mkdtempSync(join(tmpdir(), 'ccm-chart-'));
    try {
      expect(helm(version, ['package', CHART, '--destination', folder])).toMatchObject({ status: 0 });
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});

describe('the manifests', () => {
  test.each(CI_VALUES)(
    'of the values %s fit the models of Kubernetes and the Prometheus Operator',
    async (values) => {
      for (const manifest of manifestsOf(values)) await validateManifest(manifest);
    },
  );

  test.each(CI_VALUES)(
    'of the values %s have no field that Kubernetes or the operator does not know',
    (values) => {
      expect(unknownFieldsOf(manifestsOf(values))).toBe('');
    },
  );

  test('are checked by models that do find a fault', async () => {
    const set = only(manifestsOf('minimal'), 'StatefulSet');
    const broken: Manifest = { ...set, spec: { ...Object(set['spec']), replicas: 'one' } };
    await expect(validateManifest(broken)).rejects.toThrow('replicas');
    const pod = { ...Object(at(set, 'spec.template.spec')), automountServiceAcountToken: false };
    const template = { ...Object(at(set, 'spec.template')), spec: pod };
    const misspelt: Manifest = { ...set, spec: { ...Object(set['spec']), template } };
    expect(unknownFieldsOf([misspelt])).toContain('automountServiceAcountToken');
  });

  test.each(CI_VALUES)('of the values %s hold a configuration that the program takes', async (values) => {
    const folder = mkdtempSync(join(tmpdir(), 'ccm-chart-'));
    try {
      const path = join(folder, 'config.yaml');
      writeFileSync(path, configTextOf(manifestsOf(values)));
      expect(await runProgramToEnd(['validate', '--config', path])).toEqual({
        code: 0,
        output: expect.stringContaining('valid'),
      });
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  test('are with the least values only what is needed: everything optional is off', () => {
    const kinds = manifestsOf('minimal').map(({ kind, metadata }) => `${kind} ${metadata.name}`);
    expect(kinds.sort()).toEqual([
      'ConfigMap rel-ccm-cert-monitor',
      'Pod rel-ccm-cert-monitor-check',
      'Service rel-ccm-cert-monitor',
      'ServiceAccount rel-ccm-cert-monitor',
      'StatefulSet rel-ccm-cert-monitor',
    ]);
    expect(
      at(only(manifestsOf('minimal'), 'StatefulSet'), 'spec.template.spec.containers.0.resources'),
    ).toBeUndefined();
  });
});

/** Pod specs: of the monitor and of `helm test`. */
function podsOf(manifests: readonly Manifest[]): readonly unknown[] {
  return manifests.flatMap((manifest) => {
    if (manifest.kind === 'Pod') return [manifest['spec']];
    return manifest.kind === 'StatefulSet' ? [at(manifest, 'spec.template.spec')] : [];
  });
}

describe('every pod', () => {
  test.each(CI_VALUES)('of the values %s keeps to the "restricted" standard and has no token', (values) => {
    for (const pod of podsOf(manifestsOf(values))) {
      expect(pod).toMatchObject({
        automountServiceAccountToken: false,
        securityContext: {
          runAsNonRoot: true,
          runAsUser: 65532,
          fsGroup: 65532,
          seccompProfile: { type: 'RuntimeDefault' },
        },
      });
      expect(at(pod, 'containers.0.securityContext')).toEqual({
        allowPrivilegeEscalation: false,
        readOnlyRootFilesystem: true,
        capabilities: { drop: ['ALL'] },
      });
    }
    for (const { kind, ...rest } of manifestsOf(values))
      if (kind === 'ServiceAccount') expect(rest['automountServiceAccountToken']).toBe(false);
  });

  test('reads its Secrets as files of its group, and its configuration from a folder that follows the ConfigMap', () => {
    const [pod, check] = podsOf(manifestsOf('minimal')).toReversed();
    for (const spec of [pod, check]) {
      expect(at(spec, 'volumes')).toEqual([
        { name: 'config', configMap: { name: 'rel-ccm-cert-monitor' } },
        { name: 'secret-0', secret: { secretName: 'ccm-iam', defaultMode: 0o440 } },
        { name: 'secret-1', secret: { secretName: 'ccm-smtp', defaultMode: 0o440 } },
      ]);
      expect(at(spec, 'containers.0.volumeMounts')).toEqual(
        expect.arrayContaining([
          { name: 'config', mountPath: '/etc/ccm-cert-monitor', readOnly: true },
          { name: 'secret-0', mountPath: '/run/secrets/ccm-iam', readOnly: true },
          { name: 'secret-1', mountPath: '/run/secrets/ccm-smtp', readOnly: true },
        ]),
      );
    }
  });
});

describe('the StatefulSet', () => {
  const set = (values: string, args: readonly string[] = []) =>
    only(manifestsOf(values, args), 'StatefulSet');

  test('is one pod with a claim that no other pod can take', () => {
    expect(set('minimal')).toMatchObject({
      spec: {
        replicas: 1,
        template: { spec: { terminationGracePeriodSeconds: 30 } },
        volumeClaimTemplates: [
          { spec: { accessModes: ['ReadWriteOncePod'], resources: { requests: { storage: '1Gi' } } } },
        ],
      },
    });
  });

  test('has an emptyDir where the claim is switched off, and an existing claim where one is named', () => {
    expect(at(set('emptydir'), 'spec.volumeClaimTemplates')).toBeUndefined();
    expect(at(set('emptydir'), 'spec.template.spec.volumes')).toContainEqual({
      name: 'state',
      emptyDir: { sizeLimit: '256Mi' },
    });
    const existing = set('minimal', ['--set', 'persistence.existingClaim=mine']);
    expect(at(existing, 'spec.volumeClaimTemplates')).toBeUndefined();
    expect(at(existing, 'spec.template.spec.volumes')).toContainEqual({
      name: 'state',
      persistentVolumeClaim: { claimName: 'mine' },
    });
  });

  test.each([
    { values: 'minimal', port: 'http' },
    { values: 'webconfig', port: 'probes' },
  ])('is probed with the values $values at the port $port', ({ values, port }) => {
    expect(at(set(values), 'spec.template.spec.containers.0')).toMatchObject({
      startupProbe: { httpGet: { path: '/readyz', port } },
      livenessProbe: { httpGet: { path: '/healthz', port } },
      readinessProbe: { httpGet: { path: '/readyz', port } },
    });
  });

  test('names the image by its digest where one is given', () => {
    expect(at(set('minimal'), 'spec.template.spec.containers.0.image')).toBe(
      'registry.example.com/ccm-cert-monitor:0.1.0',
    );
    expect(at(set('emptydir'), 'spec.template.spec.containers.0.image')).toMatch(
      /ccm-cert-monitor@sha256:[0-9a-f]{64}$/,
    );
  });

  test('replaces its pod only for what the program cannot change while it runs, or for everything where that is asked for', () => {
    const pod = (...args: string[]) =>
      at(
        set(
          'minimal',
          args.flatMap((arg) => ['--set', arg]),
        ),
        'spec.template',
      );
    const asItIs = pod();
    expect(pod('config.thresholds.warning=20d')).toEqual(asItIs);
    expect(pod('config.http.publicUrl=https://certs.example.com')).toEqual(asItIs);
    expect(pod('config.state.path=/var/lib/ccm-cert-monitor/other.db')).not.toEqual(asItIs);
    expect(pod('config.http.port=9000')).not.toEqual(asItIs);
    const always = pod('restartOnConfigChange=true');
    expect(pod('restartOnConfigChange=true', 'config.thresholds.warning=20d')).not.toEqual(always);
  });
});

describe('selectors', () => {
  test('carry no version, and take the monitor but not the pod of helm test', () => {
    const manifests = manifestsOf('full');
    const labels = at(only(manifests, 'StatefulSet'), 'spec.template.metadata.labels');
    const testLabels = only(manifests, 'Pod').metadata['labels'];
    const selectors = manifests.flatMap(({ kind, spec }) => {
      if (kind === 'Service') return [at(spec, 'selector')];
      if (kind === 'NetworkPolicy') return [at(spec, 'podSelector.matchLabels')];
      return at(spec, 'selector.matchLabels') === undefined ? [] : [at(spec, 'selector.matchLabels')];
    });
    expect(selectors).toHaveLength(5);
    for (const selector of selectors) {
      expect(selector).toEqual({
        'app.kubernetes.io/name': 'ccm-cert-monitor',
        'app.kubernetes.io/instance': 'rel',
      });
      expect(labels).toMatchObject(Object(selector));
      expect(testLabels).not.toMatchObject(Object(selector));
    }
  });
});

function egressOf(values: string): unknown {
  return at(only(manifestsOf(values), 'NetworkPolicy'), 'spec.egress');
}

describe('what is optional', () => {
  test('lets out DNS, the API, IAM, the mail server and the heartbeat only, and in Prometheus', () => {
    const policy = only(manifestsOf('full'), 'NetworkPolicy');
    expect(at(policy, 'spec.policyTypes')).toEqual(['Ingress', 'Egress']);
    const out = at(policy, 'spec.egress');
    const ports = Array.isArray(out) ? out.map((rule) => at(rule, 'ports')) : [];
    expect(ports).toEqual(
      [[53, 53], [443, 8443], [2465], [443], [3128]].map((list) =>
        list.map((port) => expect.objectContaining({ port })),
      ),
    );
    expect(at(policy, 'spec.ingress.0.from.0.podSelector.matchLabels')).toEqual({
      'app.kubernetes.io/name': 'prometheus',
    });
  });

  test('lets out to the endpoints that are looked at, at their ports, where the values say; nowhere without probe', () => {
    expect(egressOf('probe')).toContainEqual({
      ports: ['443', '9443', '25', '5432'].map((port) => ({ port: Number(port), protocol: 'TCP' })),
      to: [{ ipBlock: { cidr: '198.51.100.0/24' } }],
    });
    expect(egressOf('probe')).toHaveLength(3);
  });

  test('has the dashboard, as it stands in the chart', () => {
    const text = manifestsOf('full')
      .map(({ data }) => keyOf(data, 'ccm-cert-monitor.json'))
      .find((found) => found !== undefined);
    expect(JSON.parse(String(text))).toHaveProperty('panels');
  });

  test('leaves manifests that are objects as they are, and fills in those that are texts', () => {
    const data = manifestsOf('full').map((manifest) => manifest['data']);
    expect(data).toContainEqual({ text: '{{ left alone }}' });
    expect(data).toContainEqual({ release: 'rel' });
  });

  test('scrapes over TLS with a password where the web configuration asks for it', () => {
    expect(at(only(manifestsOf('webconfig'), 'ServiceMonitor'), 'spec.endpoints.0')).toMatchObject({
      port: 'http',
      scheme: 'https',
      tlsConfig: { serverName: 'certs.example.com' },
      basicAuth: { password: { name: 'ccm-scrape', key: 'password' } },
    });
  });

  test.each([
    { values: 'minimal', args: [], said: 'watches 1 certificate(s).' },
    { values: 'discover', args: [], said: 'watches what it finds in account(s) china, europe.' },
    { values: 'discover', args: [], said: 'the pod must reach them at port(s) 443.' },
    {
      values: 'probe',
      args: [],
      said: 'the pod must reach them at port(s) 443, 9443, 25, 5432 (the NetworkPolicy lets it out there to networkPolicy.endpoints).',
    },
    {
      values: 'minimal',
      args: ['--set-json', 'config.accounts[0].discover={}'],
      said: 'watches 1 certificate(s), and what it finds in account(s) default.',
    },
    {
      values: 'minimal',
      args: ['--set', 'config.accounts[0].discover=false'],
      said: 'watches 1 certificate(s).',
    },
  ])('says what it watches and looks at, with the values $values and $args', ({ values, args, said }) => {
    const dry = ['--namespace', 'certs', '--dry-run=client', '--values', ciFile(values), ...args];
    expect(helm(4, ['install', 'rel', CHART, ...dry]).out.split('NOTES:')[1]).toContain(said);
  });

  test('says the next three commands', () => {
    const { out } = helm(4, [
      'install',
      'rel',
      CHART,
      '--namespace',
      'certs',
      '--dry-run=client',
      '--values',
      ciFile('minimal'),
    ]);
    expect(parseManifests(out.split('MANIFEST:')[1]?.split('NOTES:')[0] ?? '')).not.toEqual([]);
    expect(out.split('NOTES:')[1]?.match(/^ {3}(kubectl|helm) .*$/gm)).toEqual([
      '   kubectl -n certs rollout status statefulset/rel-ccm-cert-monitor',
      '   helm -n certs test rel --logs',
      '   kubectl -n certs exec statefulset/rel-ccm-cert-monitor -- node /app/main.js test-mail',
    ]);
  });
});
