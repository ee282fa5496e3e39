// The models of Kubernetes and of the Prometheus Operator: say what is wrong with a manifest's types and fields.
import { dirname } from 'node:path';
import { pathToFileURL } from 'node:url';
import { complaintsOfCompiler, constant } from '../support/compiler.ts';
import { inToolsFolder } from '../support/tools.ts';
import type { Manifest } from './helm.ts';

type Model = new (manifest: Manifest) => { validate(): void };

/** Throws with the model's own words where the manifest does not fit; it does not know of unknown fields. */
export async function validateManifest(manifest: Manifest): Promise<void> {
  const path = inToolsFolder(`helm/models/node_modules/${moduleOf(manifest)}.js`, { script: 'helm.sh' });
  const module: Record<string, Model | undefined> = await import(pathToFileURL(path).href);
  const Kind = module[manifest.kind];
  if (Kind === undefined)
    throw new Error(`Cannot validate ${manifest.kind} ${manifest.apiVersion}: ${path} does not export it`);
  new Kind(manifest).validate();
}

/** What the compiler says of manifests as values of the models' types: it does know of unknown fields. Empty where all fit. */
export function unknownFieldsOf(manifests: readonly Manifest[]): string {
  const models = inToolsFolder('helm/models/node_modules/kubernetes-models', { script: 'helm.sh' });
  const lines = manifests.flatMap((manifest, n) => [
    `import type { I${manifest.kind} as Kind${n} } from '${moduleOf(manifest)}';`,
    constant(`${manifest.kind}${n}`, `Kind${n}`, manifest),
  ]);
  return complaintsOfCompiler({ packages: dirname(models), files: { 'main.ts': lines.join('\n') } });
}

function moduleOf({ apiVersion, kind }: Manifest): string {
  const owner = apiVersion.startsWith('monitoring.coreos.com/')
    ? '@kubernetes-models/prometheus-operator'
    : 'kubernetes-models';
  return `${owner}/${apiVersion}/${kind}`;
}
