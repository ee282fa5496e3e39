// `npm run chart`: makes what the chart repeats — the table of values in its README, the program's schema in values.schema.json,
// docs/prometheus-rules.yaml and docs/alerts.md — from values.yaml, config/schema.json, files/rules.yaml and the rules' test
// cases. Run it after a change of any of them.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parse, stringify } from 'yaml';

const TABLE = /(<!-- values: made by npm run chart -->\n)[\s\S]*(<!-- end of values -->)/;
const RULES_HEAD = `# Alert rules for ccm-cert-monitor with the chart's default thresholds, for a Prometheus without the operator.
# Made by \`npm run chart\` of helm/ccm-cert-monitor/files/rules.yaml; change that file.
`;

const ALERTS_HEAD = `# Alerts

What the shipped rules (the chart's PrometheusRule, and [prometheus-rules.yaml](prometheus-rules.yaml)) tell, and the cases that prove it.
Made by \`npm run chart\`.

Rules about a certificate carry \`account\`, \`certificate_id\`, \`name\`, \`alias\`, \`domain\`; all carry \`namespace\` and \`job\` of the scrape. The labels
of a pod are dropped, and a gap of ten minutes without a scrape changes nothing: a pod that is replaced neither ends nor repeats an alert.
What is known of a certificate outlives an outage of the API in the program, so that an outage neither starts nor ends one either.
Rules about an endpoint carry \`endpoint\` too, whoever scrapes (the Prometheus Operator has it in \`exported_endpoint\`). What is seen there goes on for three intervals of the schedule without a look, as after a restart.
An alert's identity has the names in it: one that is renamed in CCM, or in the configuration, is told once more under its new name.

| alert | severity | for | cases |
| --- | --- | --- | --- |
`;

/** What the products should say. @param {(path: string) => string} read reads a file of the repository */
export function chartProducts(read) {
  const chart = (name) => `helm/ccm-cert-monitor/${name}`;
  const values = read(chart('values.yaml'));
  const schema = JSON.parse(read(chart('values.schema.json')));
  schema.properties.config = forHelm(JSON.parse(read('config/schema.json')));
  const rules = plainRules(read(chart('files/rules.yaml')), parse(values));
  return {
    [chart('README.md')]: read(chart('README.md')).replace(TABLE, `$1${valuesTable(values)}$2`),
    [chart('values.schema.json')]: `${JSON.stringify(schema, null, 2)}\n`,
    'docs/prometheus-rules.yaml': RULES_HEAD + stringify(rules, { lineWidth: 0 }),
    'docs/alerts.md': ALERTS_HEAD + alertsTable(rules, (alert) => read(`test/e2e/rules/${alert}.yaml`)),
  };
}

/** One row for each key that a comment with two dashes explains. */
function valuesTable(text) {
  const values = parse(text);
  const rows = explainedKeys(text).map(({ path, description }) => {
    const value = path.reduce((object, key) => object[key], values);
    return `| \`${path.join('.')}\` | ${description} | ${shown(value)} |\n`;
  });
  return `| value | what it is | default |\n| --- | --- | --- |\n${rows.join('')}`;
}

function shown(value) {
  const json = JSON.stringify(value);
  return json.length > 120 ? 'see values.yaml' : `\`${json.replaceAll('|', '\\|')}\``;
}

/** Every key of values.yaml with the comment before it; a key without one must hold explained keys, else it is a fault. */
function explainedKeys(text) {
  const found = [];
  const path = [];
  let comment = null;
  let coveredFrom = Number.POSITIVE_INFINITY;
  for (const line of text.split('\n')) {
    const { indent, mark, key, rest } =
      /^(?<indent> *)(?:# (?<mark>.*)|(?<key>[\w.-]+):(?<rest>.*))$/.exec(line)?.groups ?? {};
    if (mark !== undefined) {
      if (mark.startsWith('-- ')) comment = mark.slice(3);
      else if (comment !== null) comment += ` ${mark}`;
      continue;
    }
    const depth = (indent ?? '').length / 2;
    if (key === undefined || depth > coveredFrom) continue;
    coveredFrom = Number.POSITIVE_INFINITY;
    path.splice(depth, path.length, key);
    if (comment !== null) {
      found.push({ path: [...path], description: comment.replaceAll('|', '\\|') });
      coveredFrom = depth;
    } else if (rest.trim() !== '') {
      throw new Error(
        `Cannot make the table of values: ${path.join('.')} has no comment that starts with "# -- "`,
      );
    }
    comment = null;
  }
  return found;
}

/**
 * The program's schema in a form whose refusals a person can read: Helm says of a `oneOf` only that none fits. Alternatives that
 * a constant tells apart become if/then, and a secret's two forms become one object of exactly one property.
 */
function forHelm(schema) {
  if (Array.isArray(schema)) return schema.map(forHelm);
  if (typeof schema !== 'object' || schema === null) return schema;
  const { $schema, default: _default, oneOf, anyOf, ...rest } = schema;
  const kept = Object.fromEntries(Object.entries(rest).map(([key, value]) => [key, forHelm(value)]));
  if (oneOf !== undefined) return { ...kept, ...byConstant(oneOf.map(forHelm)) };
  if (anyOf?.every(isSingleProperty)) return { ...kept, ...exactlyOne(anyOf.map(forHelm)) };
  return anyOf === undefined ? kept : { ...kept, anyOf: anyOf.map(forHelm) };
}

function byConstant(branches) {
  const constant = (branch) => branch.properties.type.const;
  return {
    type: 'object',
    required: ['type'],
    properties: { type: { type: 'string', enum: branches.map(constant) } },
    allOf: branches.map((branch) => ({
      if: { properties: { type: { const: constant(branch) } }, required: ['type'] },
      // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
      then: branch,
    })),
  };
}

const isSingleProperty = ({ type, required }) => type === 'object' && required?.length === 1;

function exactlyOne(branches) {
  return {
    type: 'object',
    properties: Object.assign({}, ...branches.map(({ properties }) => properties)),
    additionalProperties: false,
    minProperties: 1,
    maxProperties: 1,
  };
}

/** The rules as the chart renders them with its default values, for a schedule of every 15 minutes. */
function plainRules(source, { prometheusRule }) {
  const { thresholds, alerts, droppedLabels, gapMinutes } = prometheusRule;
  const words = {
    ...thresholds,
    gapMinutes,
    target: '',
    without: droppedLabels.join(', '),
    withoutOfEndpoint: [...droppedLabels.filter((label) => label !== 'endpoint'), 'exported_endpoint'].join(
      ', ',
    ),
    unreadMinutes: 15 * thresholds.missedChecks,
    lookMinutes: Math.max(gapMinutes, 15 * thresholds.missedChecks),
  };
  const text = source.replace(/\$\{(\w+)\}/g, (_, word) => {
    if (words[word] === undefined) throw new Error(`Cannot make the rules: nothing says what \${${word}} is`);
    return String(words[word]);
  });
  const complete = (rule) => {
    if (rule.record !== undefined) return rule;
    const { severity, for: lasting } = alerts[rule.alert];
    const annotations = { ...rule.annotations, runbook_url: `docs/runbooks/${rule.alert}.md` };
    return { alert: rule.alert, expr: rule.expr, for: lasting, labels: { severity }, annotations };
  };
  return { groups: parse(text).groups.map(({ name, rules }) => ({ name, rules: rules.map(complete) })) };
}

/** One row for each alert, with the cases that promtool plays. */
function alertsTable({ groups }, casesOf) {
  const alerts = groups.flatMap(({ rules }) => rules).filter(({ alert }) => alert !== undefined);
  return alerts
    .map(({ alert, labels, for: lasting }) => {
      const cases = parse(casesOf(alert)).tests.map(({ name }) => name);
      const row = [`[${alert}](runbooks/${alert}.md)`, labels.severity, lasting, cases.join('; ')];
      return `| ${row.join(' | ')} |\n`;
    })
    .join('');
}

if (import.meta.url === `file://${process.argv[1]}`) {
  const root = new URL('..', import.meta.url);
  mkdirSync(new URL('docs', root), { recursive: true });
  const products = chartProducts((path) => readFileSync(new URL(path, root), 'utf8'));
  for (const [path, text] of Object.entries(products))
    writeFileSync(fileURLToPath(new URL(path, root)), text);
}
