// The bill of materials and the licence texts, made from this project's own lock file.
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { billOfMaterials, licenceFaults, licenceTexts } from '../../../scripts/sbom.js';

const ROOT = resolve('.');

const packageWith = (licenses: readonly object[]) => ({
  components: [{ name: 'left', version: '1.0.0', licenses: [...licenses] }],
});

describe('the bill of materials', () => {
  let bill: ReturnType<typeof billOfMaterials>;

  beforeAll(() => {
    bill = billOfMaterials(ROOT);
  });

  test('names every package that runs in production, exactly, and none of the tools', () => {
    const manifest = JSON.parse(readFileSync('package.json', 'utf8'));
    const names: readonly string[] = bill.components.map(
      ({ name, version }: { name: string; version: string }) => `${name}@${version}`,
    );
    const { packages } = JSON.parse(readFileSync('package-lock.json', 'utf8'));
    const shipped = Object.keys(packages).filter((path) => path !== '' && packages[path].dev !== true);
    expect(names).toHaveLength(shipped.length);
    for (const [name, version] of Object.entries(manifest.dependencies))
      expect(names).toContain(`${name}@${String(version)}`);
    for (const tool of Object.keys(manifest.devDependencies))
      expect(names.join()).not.toMatch(new RegExp(`(^|,)${tool}@`));
    expect(bill.metadata.component).toMatchObject({ name: 'ccm-cert-monitor', version: manifest.version });
  });

  test('is the same each time it is made', () => {
    expect(billOfMaterials(ROOT)).toEqual(bill);
  });

  test('holds no package whose licence is missing or not allowed', () => {
    expect(licenceFaults(bill)).toEqual([]);
  });
});

describe('a licence', () => {
  test.each([
    ['MIT', [{ license: { id: 'MIT' } }]],
    ['one of two', [{ expression: '(GPL-3.0-only OR MIT)' }]],
    ['both of two', [{ expression: 'MIT AND ISC' }]],
  ])('that is allowed passes: %s', (_, licenses) => {
    expect(licenceFaults(packageWith(licenses))).toEqual([]);
  });

  test.each([
    ['has no licence', []],
    [
      'is under AGPL-3.0-only, which is not on the list of allowed ones',
      [{ license: { id: 'AGPL-3.0-only' } }],
    ],
    [
      'is under MIT AND GPL-2.0-only, which is not on the list of allowed ones',
      [{ expression: 'MIT AND GPL-2.0-only' }],
    ],
    [
      'is under SEE LICENSE IN EULA, which is not on the list of allowed ones',
      [{ license: { name: 'SEE LICENSE IN EULA' } }],
    ],
  ])('that is not allowed is named: the package %s', (what, licenses) => {
    expect(licenceFaults(packageWith(licenses))).toEqual([`left@1.0.0 ${what}`]);
  });
});

test('the licence texts have a text for every package, those with the text in their readme too', () => {
  const texts = licenceTexts(ROOT);
  for (const name of ['axios', 'libsql', 'nodemailer', 'agent-base', 'prom-client'])
    expect(texts).toMatch(new RegExp(`\\n${name} [\\d.]+ \\([\\w.-]+\\)\\n=+\\n\\n\\S`));
  expect(texts).toContain('Nathan Rajlich');
});
