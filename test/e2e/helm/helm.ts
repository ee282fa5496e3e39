// Runs a real Helm on the chart, with folders of its own, and reads what it renders.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { inToolsFolder } from '../support/tools.ts';

export const CHART = resolve('helm/ccm-cert-monitor');
export const HELM_VERSIONS = [4, 3] as const;
export type HelmVersion = (typeof HELM_VERSIONS)[number];

/** The names of the values in the chart's ci folder, without their ending. */
export const CI_VALUES: readonly string[] = readdirSync(join(CHART, 'ci'))
  .filter((name) => name.endsWith('-values.yaml'))
  .map((name) => name.replace('-values.yaml', ''));

export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly [key: string]: unknown };
  readonly [key: string]: unknown;
}

export interface HelmRun {
  readonly status: number | null;
  readonly out: string;
  readonly err: string;
}

export function helm(version: HelmVersion, args: readonly string[]): HelmRun {
  const program = inToolsFolder(`helm/${version}/helm`, { script: 'helm.sh' });
  const home = mkdtempSync(join(tmpdir(), 'ccm-helm-'));
  try {
    const { status, stdout, stderr } = spawnSync(program, [...args], {
      encoding: 'utf8',
      env: { HOME: home, HELM_CACHE_HOME: home, HELM_CONFIG_HOME: home, HELM_DATA_HOME: home },
    });
    return { status, out: stdout, err: stderr };
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}

export const ciFile = (name: string): string => join(CHART, 'ci', `${name}-values.yaml`);

/** `helm template` of the release `rel` in namespace `certs`, on a cluster with the Prometheus Operator. */
export function template(
  version: HelmVersion,
  { values, kube = '1.32.0', args = [] }: { values: string; kube?: string; args?: readonly string[] },
): HelmRun {
  const api = ['ServiceMonitor', 'PodMonitor', 'PrometheusRule'].map(
    (kind) => `monitoring.coreos.com/v1/${kind}`,
  );
  return helm(version, [
    ...['template', 'rel', CHART, '--namespace', 'certs', '--values', ciFile(values), '--kube-version', kube],
    ...['monitoring.coreos.com/v1', ...api].flatMap((name) => ['--api-versions', name]),
    ...args,
  ]);
}

/** The manifests that Helm 4 renders; throws with Helm's own words where it refuses. */
export function manifestsOf(values: string, args: readonly string[] = []): readonly Manifest[] {
  const { status, out, err } = template(4, { values, args });
  if (status !== 0) throw new Error(`Cannot render the chart with ${values}: ${err}`);
  return parseManifests(out);
}

/** Throws where it is no YAML, as a key that is there twice. */
export function parseManifests(text: string): readonly Manifest[] {
  const documents = parseAllDocuments(text);
  for (const { errors } of documents) if (errors[0] !== undefined) throw errors[0];
  return documents
    .map((document): Manifest | null => document.toJS())
    .filter((manifest) => manifest !== null);
}

export function only(manifests: readonly Manifest[], kind: string): Manifest {
  const [found, ...more] = manifests.filter((manifest) => manifest.kind === kind);
  if (found === undefined || more.length > 0)
    throw new Error(`Cannot find the one ${kind}: there are ${more.length + (found === undefined ? 0 : 1)}`);
  return found;
}

/** What stands at a path like `spec.containers.0.env`; undefined where nothing does. */
export function at(object: unknown, path: string): unknown {
  let found: unknown = object;
  for (const key of path.split('.')) {
    found = keyOf(found, key);
  }
  return found;
}

/** The program's configuration as it stands in the rendered ConfigMap. */
export function configTextOf(manifests: readonly Manifest[]): string {
  for (const { kind, data } of manifests) {
    const text = kind === 'ConfigMap' ? keyOf(data, 'config.yaml') : undefined;
    if (typeof text === 'string') return text;
  }
  throw new Error('Cannot find the configuration: no ConfigMap has config.yaml');
}

/** For keys with dots in them. */
export function keyOf(object: unknown, key: string): unknown {
  return Object.entries(object ?? {}).find(([name]) => name === key)?.[1];
}
