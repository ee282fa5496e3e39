// Writes dist/sbom.cdx.json and dist/THIRD-PARTY-LICENSES.txt: `npm run sbom`. Fails where a production package's licence is missing or not allowed.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** SPDX identifiers of the licences that may be shipped in one bundle under Apache-2.0, with their texts beside it. */
export const ALLOWED_LICENCES = [
  '0BSD',
  'Apache-2.0',
  'BlueOak-1.0.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'CC0-1.0',
  'ISC',
  'MIT',
  'MIT-0',
  'Unlicense',
];

/**
 * The bill of materials of what runs in production, CycloneDX, from the lock file alone: the same on every machine.
 * @param {string} root folder of the package
 */
export function billOfMaterials(root) {
  const args = ['sbom', '--sbom-format', 'cyclonedx', '--package-lock-only'];
  const text = execFileSync('npm', args, { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  const bill = JSON.parse(text);
  const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  // `--omit dev` would drop what a tool needs too: nodemailer, yaml and zod were missing. The lock file knows.
  const shipped = new Set(productionPackages(root).map(({ name, version }) => `${name}@${version}`));
  bill.components = bill.components.filter(({ name, version }) => shipped.has(`${name}@${version}`));
  const own = bill.metadata.component['bom-ref'];
  bill.dependencies = bill.dependencies
    .filter(({ ref }) => ref === own || shipped.has(ref))
    .map(({ ref, dependsOn }) => ({ ref, dependsOn: dependsOn.filter((other) => shipped.has(other)) }));
  // npm takes the name from the folder, and the rest from the moment: none of it would be the same next time.
  bill.metadata.component.type = 'application';
  bill.metadata.component.name = manifest.name;
  delete bill.metadata.timestamp;
  const epoch = process.env.SOURCE_DATE_EPOCH;
  if (epoch) bill.metadata.timestamp = new Date(Number(epoch) * 1000).toISOString();
  bill.serialNumber = `urn:uuid:${uuidOf(JSON.stringify([bill.metadata.component, bill.components]))}`;
  return bill;
}

/** @param {string} root */
function productionPackages(root) {
  const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'));
  return Object.entries(packages)
    .filter(([path, { dev }]) => path !== '' && !dev)
    .map(([path, entry]) => ({ ...entry, path, name: path.replace(/^.*node_modules\//, '') }));
}

/**
 * What is wrong with the licences, a line for each package; empty where all may be shipped.
 * @param {{ components: { name: string, version: string, licenses?: unknown[] }[] }} bill
 */
export function licenceFaults({ components }) {
  return components.flatMap(({ name, version, licenses = [] }) => {
    const expression = licenses.map(expressionOf).join(' AND ');
    if (isAllowed(expression)) return [];
    const what =
      expression === ''
        ? 'has no licence'
        : `is under ${expression}, which is not on the list of allowed ones`;
    return [`${name}@${version} ${what}`];
  });
}

/**
 * The texts that have to go with the program, package by package.
 * Packages for one platform only carry no text of their own; theirs is that of the package that loads them.
 * @param {string} root folder of the package, with node_modules installed
 */
export function licenceTexts(root) {
  const shipped = productionPackages(root).filter(({ optional }) => !optional);
  const texts = shipped.map(({ path, name, version, license }) => {
    const line = '='.repeat(80);
    return `${line}\n${name} ${version} (${license})\n${line}\n\n${textsOf(join(root, path)).trim()}\n`;
  });
  return `What this program contains of others, and under which licences.\n\n${texts.join('\n')}`;
}

/** @param {string} folder */
function textsOf(folder) {
  if (!existsSync(folder))
    throw new Error(`Cannot read the licence of ${folder}: it is not installed; run npm ci`);
  const names = readdirSync(folder).sort();
  const files = names.filter((name) => /^(licen[cs]e|copying|notice)/i.test(name));
  if (files.length > 0) return files.map((name) => readFileSync(join(folder, name), 'utf8')).join('\n');
  const readme = names.find((name) => /^readme/i.test(name));
  // Some packages write theirs at the end of the readme.
  const section = readme && /^(#+ *)?licen[cs]e\b[\s\S]*/im.exec(readFileSync(join(folder, readme), 'utf8'));
  if (!section)
    throw new Error(
      `Cannot find the licence text of ${folder}: it has no licence file, and no section in its readme`,
    );
  return section[0];
}

/** @param {{ expression?: string, license?: { id?: string, name?: string } }} licence */
function expressionOf({ expression, license }) {
  return expression ?? license?.id ?? license?.name ?? '';
}

/** Whether an SPDX expression leaves a choice that is allowed throughout. @param {string} expression */
function isAllowed(expression) {
  const choices = expression.replaceAll(/[()]/g, '').split(/ OR /);
  return choices.some((choice) => choice.split(/ AND /).every((id) => ALLOWED_LICENCES.includes(id.trim())));
}

/** @param {string} text */
function uuidOf(text) {
  const hex = createHash('sha256').update(text).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

function main() {
  const root = fileURLToPath(new URL('..', import.meta.url));
  const bill = billOfMaterials(root);
  const faults = licenceFaults(bill);
  if (faults.length > 0) {
    console.error(`Cannot ship these packages:\n${faults.join('\n')}`);
    process.exitCode = 1;
    return;
  }
  mkdirSync(join(root, 'dist'), { recursive: true });
  writeFileSync(join(root, 'dist', 'sbom.cdx.json'), `${JSON.stringify(bill, null, 2)}\n`);
  writeFileSync(join(root, 'dist', 'THIRD-PARTY-LICENSES.txt'), licenceTexts(root));
  console.log(
    `dist/sbom.cdx.json: ${bill.components.length} packages, all under allowed licences; their texts: dist/THIRD-PARTY-LICENSES.txt`,
  );
}

if (import.meta.url === `file://${process.argv[1]}`) main();
