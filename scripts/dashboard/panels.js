// Builders for the panels of the Grafana dashboard: what a number, a graph and a table look like here. Pure.

// biome-ignore lint/suspicious/noTemplateCurlyInString: Grafana's own variable
export const DATASOURCE = { type: 'prometheus', uid: '${datasource}' };
export const WIDTH = 24;
/** Of the process metrics, those of the monitor. */
export const ofMonitor = (metric) => `${metric} and on (instance, job) ccm_monitor_build_info`;

export const GREEN = 'green';
export const ORANGE = 'orange';
export const RED = 'red';
/** Colours from a value on: `steps([null, GREEN], [1, RED])`. */
export const steps = (...pairs) => ({
  mode: 'absolute',
  steps: pairs.map(([value, color]) => ({ color, value })),
});
export const RED_FROM_ONE = steps([null, GREEN], [1, RED]);
export const ORANGE_FROM_ONE = steps([null, GREEN], [1, ORANGE]);
export const BY_SECONDS_LEFT = steps([null, RED], [7 * 86_400, ORANGE], [30 * 86_400, GREEN]);
export const BY_DAYS_LEFT = steps([null, RED], [7, ORANGE], [30, GREEN]);
export const SEVERITIES = mapping({ 0: ['ok', GREEN], 1: ['warning', ORANGE], 2: ['critical', RED] });
export const RENEWED = mapping({ 0: ['no', 'text'], 1: ['yes', 'blue'] });
export const SERVED = mapping({ 0: ['another', 'text'], 1: ['yes', GREEN] });
export const YES_NO = mapping({ 0: ['no', RED], 1: ['yes', GREEN] });

function mapping(words) {
  const options = Object.entries(words).map(([value, [text, color]], index) => [
    value,
    { text, color, index },
  ]);
  return [{ type: 'value', options: Object.fromEntries(options) }];
}

export const target = (expr, legendFormat, { refId = 'A', table = false } = {}) => ({
  datasource: DATASOURCE,
  refId,
  expr,
  editorMode: 'code',
  ...(table ? { format: 'table', instant: true, range: false } : { legendFormat, range: true }),
});

export function stat(
  title,
  { w, expr, description, unit = 'none', thresholds = RED_FROM_ONE, mappings = [] },
) {
  return {
    type: 'stat',
    title,
    description,
    size: { w, h: 4 },
    targets: [{ ...target(expr, title), instant: true, range: false }],
    fieldConfig: { defaults: { unit, mappings, thresholds, color: { mode: 'thresholds' } }, overrides: [] },
    options: {
      reduceOptions: { calcs: ['lastNotNull'] },
      colorMode: 'background',
      graphMode: 'none',
      textMode: 'value',
    },
  };
}

/** `lines`: pairs of query and legend. */
export function graph(title, { w = 8, h = 8, lines, description, unit = 'short', stacked = false, min = 0 }) {
  const custom = { lineWidth: 1, fillOpacity: stacked ? 25 : 8, showPoints: 'auto', spanNulls: false };
  return {
    type: 'timeseries',
    title,
    description,
    size: { w, h },
    targets: lines.map(([expr, legend], n) => target(expr, legend, { refId: String.fromCharCode(65 + n) })),
    fieldConfig: {
      defaults: {
        unit,
        color: { mode: 'palette-classic' },
        custom: { ...custom, stacking: { mode: stacked ? 'normal' : 'none', group: 'A' } },
        ...(min === null ? {} : { min }),
      },
      overrides: [],
    },
    options: {
      legend: { displayMode: 'list', placement: 'bottom', showLegend: true, calcs: [] },
      tooltip: { mode: 'multi', sort: 'desc' },
    },
  };
}

/** `columns`: key → [title, shown how]; a key is a label, or the refId of a query. Rows are joined by the labels that all queries share. */
export function table(title, { h, queries, columns, sortBy, desc = false, description, hidden = [] }) {
  const field = (key) => (key in queries ? `Value #${key}` : key);
  const keys = Object.keys(columns);
  const excluded = ['Time', ...hidden];
  return {
    type: 'table',
    title,
    description,
    size: { w: WIDTH, h },
    targets: Object.entries(queries).map(([refId, expr]) => target(expr, '', { refId, table: true })),
    transformations: [
      { id: 'merge', options: {} },
      {
        id: 'organize',
        options: {
          excludeByName: Object.fromEntries(excluded.map((name) => [name, true])),
          indexByName: Object.fromEntries(keys.map((key, n) => [field(key), n])),
          renameByName: Object.fromEntries(keys.map((key) => [field(key), columns[key][0]])),
        },
      },
    ],
    fieldConfig: {
      defaults: { custom: { align: 'left', filterable: true, cellOptions: { type: 'auto' } } },
      overrides: Object.values(columns).flatMap(([name, shown]) =>
        shown === undefined ? [] : [override(name, shown)],
      ),
    },
    options: {
      showHeader: true,
      sortBy: [{ displayName: columns[sortBy][0], desc }],
    },
  };
}

function override(name, shown) {
  const { coloured, ...properties } = shown;
  const all = coloured
    ? { ...properties, 'custom.cellOptions': { type: 'color-background', mode: 'basic' } }
    : properties;
  return {
    matcher: { id: 'byName', options: name },
    properties: Object.entries(all).map(([id, value]) => ({ id, value })),
  };
}
