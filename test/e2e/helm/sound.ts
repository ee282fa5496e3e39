// What Kubernetes refuses of a manifest beyond its types: names, label values, volumes and ports that do not fit together.
import { at, type Manifest } from './helm.ts';

const DNS_LABEL = /^[a-z]([-a-z0-9]{0,61}[a-z0-9])?$/;
const LABEL_VALUE = /^([A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)?$/;
/** What Kubernetes appends to the name of a StatefulSet in the label of its revision. */
const REVISION_LENGTH = 11;

/** Faults of all manifests, in words; none is what a test wants. */
export function faultsOf(manifests: readonly Manifest[]): readonly string[] {
  const keys = manifests.map(({ kind, metadata }) => `${kind} ${metadata['namespace']} ${metadata.name}`);
  return [...repeatedIn(keys), ...manifests.flatMap(faultsOfOne)];
}

function faultsOfOne(manifest: Manifest): readonly string[] {
  const { kind, metadata } = manifest;
  const faults = DNS_LABEL.test(metadata.name) ? [] : [`${kind} is named ${metadata.name}`];
  const labels = { ...Object(metadata['labels']), ...Object(at(manifest, 'spec.template.metadata.labels')) };
  for (const [key, value] of Object.entries(labels))
    if (typeof value !== 'string' || !LABEL_VALUE.test(value))
      faults.push(`${kind}: label ${key} is ${value}`);
  if (kind === 'StatefulSet' && metadata.name.length + REVISION_LENGTH > 63)
    faults.push(`the name ${metadata.name} is too long for the label of a revision`);
  const pod = kind === 'Pod' ? manifest['spec'] : at(manifest, 'spec.template.spec');
  return pod === undefined
    ? faults
    : [...faults, ...faultsOfPod(pod, at(manifest, 'spec.volumeClaimTemplates'))];
}

function faultsOfPod(pod: unknown, claims: unknown): readonly string[] {
  const volumes = [
    ...namesIn(at(pod, 'volumes')),
    ...listOf(claims).map((claim) => String(at(claim, 'metadata.name'))),
  ];
  const mounts = listOf(at(pod, 'containers.0.volumeMounts'));
  const unknown = mounts.map((mount) => String(at(mount, 'name'))).filter((name) => !volumes.includes(name));
  return [
    ...repeatedIn(volumes),
    ...repeatedIn(mounts.map((mount) => String(at(mount, 'mountPath')))),
    ...repeatedIn(namesIn(at(pod, 'containers.0.env'))),
    ...repeatedIn(listOf(at(pod, 'containers.0.ports')).map((port) => String(at(port, 'containerPort')))),
    ...unknown.map((name) => `no volume is named ${name}`),
  ];
}

const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
const namesIn = (value: unknown): readonly string[] => listOf(value).map((item) => String(at(item, 'name')));

function repeatedIn(names: readonly string[]): readonly string[] {
  return [...new Set(names.filter((name, n) => names.indexOf(name) !== n))].map(
    (name) => `${name} is there twice`,
  );
}
