// The models of Kubernetes and of the Prometheus Operator: say what is wrong with a manifest's types and required fields.
import { pathToFileURL } from 'node:url';
import { inToolsFolder } from '../support/tools.ts';
import type { Manifest } from './helm.ts';

type Model = new (manifest: Manifest) => { validate(): void };

/** Throws with the model's own words where the manifest does not fit; it does not know of unknown fields. */
export async function validateManifest(manifest: Manifest): Promise<void> {
  const { apiVersion, kind } = manifest;
  const owner = apiVersion.startsWith('monitoring.coreos.com/')
    ? '@kubernetes-models/prometheus-operator'
    : 'kubernetes-models';
  const path = inToolsFolder(`helm/models/node_modules/${owner}/${apiVersion}/${kind}.js`, {
    script: 'helm.sh',
  });
  const module: Record<string, Model | undefined> = await import(pathToFileURL(path).href);
  const Kind = module[kind];
  if (Kind === undefined)
    throw new Error(`Cannot validate ${kind} ${apiVersion}: ${path} does not export it`);
  new Kind(manifest).validate();
}
