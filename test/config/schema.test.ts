// The published JSON Schema and the example say what the parser says.
import { readFile } from 'node:fs/promises';
import { describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { configSchemaText } from '../../src/config/json-schema.ts';

interface Schema {
  readonly description?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean;
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
}

const file = (name: string) => readFile(new URL(`../../config/${name}`, import.meta.url), 'utf8');
const schema: Schema & { readonly $schema: string } = JSON.parse(configSchemaText());

/** Every key with its own schema, wherever it stands. */
function keysOf(node: Schema): { key: string; schema: Schema }[] {
  const below = [
    ...(node.anyOf ?? []),
    ...(node.oneOf ?? []),
    ...(node.items === undefined ? [] : [node.items]),
  ];
  const own = Object.entries(node.properties ?? {}).flatMap(([key, value]) => [
    { key, schema: value },
    ...keysOf(value),
  ]);
  return [...own, ...below.flatMap(keysOf)];
}

/** Paths of what stands in a value and is not foreseen by a schema: a check of structure only. */
function strangersIn(value: unknown, node: Schema): string[] {
  const forms = [node, ...(node.anyOf ?? []), ...(node.oneOf ?? [])];
  if (Array.isArray(value)) return value.flatMap((item) => strangersIn(item, node.items ?? {}));
  if (typeof value !== 'object' || value === null) return [];
  const fits = forms.filter(
    (form) => form.properties !== undefined && (form.required ?? []).every((key) => key in value),
  );
  const misses = fits.map((form) =>
    Object.entries(value).flatMap(([key, inner]) => {
      const below = form.properties?.[key];
      return below === undefined ? [key] : strangersIn(inner, below).map((path) => `${key}.${path}`);
    }),
  );
  return misses.toSorted((a, b) => a.length - b.length)[0] ?? ['no form fits'];
}

describe('config/schema.json', () => {
  test('is what the parser says today: run `npm run schema` after a change', async () => {
    expect(await file('schema.json')).toBe(configSchemaText());
  });

  test('is of draft 2020-12', () =>
    expect(schema.$schema).toBe('https://json-schema.org/draft/2020-12/schema'));

  test('describes every key, once and in a sentence', () => {
    expect(
      keysOf(schema).filter(({ schema: { description } }) => !/^[A-Za-z].*[^ ]$/.test(description ?? '')),
    ).toEqual([]);
  });

  test('refuses unknown keys in every mapping', () => {
    const mappings = [
      schema,
      ...keysOf(schema).flatMap(({ schema: inner }) => [
        inner,
        ...(inner.anyOf ?? []),
        ...(inner.oneOf ?? []),
      ]),
    ];
    expect(
      mappings.filter((inner) => inner.properties !== undefined && inner.additionalProperties !== false),
    ).toEqual([]);
  });

  test('asks for nothing that has a default', () => {
    expect(schema.required).toEqual(['accounts']);
  });

  test('allows the example', async () => {
    const example: unknown = parse(await file('example.yaml'));
    expect(strangersIn(example, schema)).toEqual([]);
    expect(
      strangersIn(
        { accounts: [{ endpoint: 'x', credentials: { type: 'token', token: {}, y: 1 } }], certificates: [] },
        schema,
      ),
    ).not.toEqual([]);
  });
});

describe('config/example.yaml', () => {
  test('has every key of the schema, as it stands or as an alternative', async () => {
    const text = await file('example.yaml');
    const missing = keysOf(schema).filter(
      ({ key }) => !new RegExp(`^\\s*(?:# *|- )*${key}:|\\{ ${key}: `, 'm').test(text),
    );
    expect(missing.map(({ key }) => key)).toEqual([]);
  });

  test('has a comment above each section and key', async () => {
    const lines = (await file('example.yaml')).split('\n');
    // The second of a pair that one comment explains.
    const paired = /^(userName|password|type|accessKey|secretKey|securityToken|token|warning: 45d)/;
    const bare = lines.filter((line, index) => {
      const key = /^\s*(?:- )?([A-Za-z]+:.*)$/.exec(line)?.[1];
      return key !== undefined && !paired.test(key) && !/^\s*#/.test(lines[index - 1] ?? '');
    });
    expect(bare).toEqual([]);
  });

  test('has no line that is too long to read', async () => {
    expect((await file('example.yaml')).split('\n').filter((line) => line.length > 130)).toEqual([]);
  });
});
