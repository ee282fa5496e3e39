// `node scripts/dashboard.js`: makes the Grafana dashboard of the chart, of the rows in dashboard/rows.js.
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { DATASOURCE, ofMonitor, WIDTH } from './dashboard/panels.js';
import { ROWS } from './dashboard/rows.js';

const PATH = 'helm/ccm-cert-monitor/files/dashboard.json';

/** Gives every panel its id and its place. */
function laidOut(rows) {
  const panels = [];
  let y = 0;
  for (const [title, members] of Object.entries(rows)) {
    panels.push({ type: 'row', title, collapsed: false, gridPos: { x: 0, y, w: WIDTH, h: 1 }, panels: [] });
    y += 1;
    let x = 0;
    let lineHeight = 0;
    for (const { size, ...panel } of members) {
      if (x + size.w > WIDTH) {
        y += lineHeight;
        x = 0;
        lineHeight = 0;
      }
      panels.push({ ...panel, datasource: DATASOURCE, gridPos: { x, y, ...size } });
      x += size.w;
      lineHeight = Math.max(lineHeight, size.h);
    }
    y += lineHeight;
  }
  return panels.map((panel, n) => ({ id: n + 1, ...panel }));
}

const VARIABLES = [
  {
    type: 'datasource',
    name: 'datasource',
    label: 'Data source',
    query: 'prometheus',
    hide: 0,
    refresh: 1,
    regex: '',
    multi: false,
    includeAll: false,
    options: [],
  },
  {
    type: 'query',
    name: 'account',
    label: 'Account',
    datasource: DATASOURCE,
    definition: 'label_values(ccm_monitor_api_requests_total, account)',
    query: { query: 'label_values(ccm_monitor_api_requests_total, account)', refId: 'account' },
    current: { selected: true, text: ['All'], value: ['$__all'] },
    includeAll: true,
    allValue: '.*',
    multi: true,
    hide: 0,
    refresh: 2,
    regex: '',
    sort: 1,
    options: [],
  },
];

const RESTARTS = {
  name: 'Starts of the monitor',
  enable: true,
  hide: false,
  iconColor: 'blue',
  datasource: DATASOURCE,
  expr: `${ofMonitor('(1000 * process_start_time_seconds)')}`,
  useValueForTime: true,
  titleFormat: 'Started',
  textFormat: '{{instance}}',
  step: '60s',
};

/** The dashboard as Grafana 10 and later import it. */
export function dashboardText() {
  const dashboard = {
    id: null,
    uid: 'ccm-cert-monitor',
    title: 'Certificates in Huawei Cloud CCM',
    description:
      'What ccm-cert-monitor knows of the certificates, how fresh it is, and whether people were told.',
    tags: ['certificates', 'ccm-cert-monitor'],
    schemaVersion: 38,
    version: 1,
    editable: true,
    graphTooltip: 1,
    timezone: 'browser',
    refresh: '1m',
    time: { from: 'now-24h', to: 'now' },
    timepicker: {},
    fiscalYearStartMonth: 0,
    links: [],
    annotations: { list: [RESTARTS] },
    templating: { list: VARIABLES },
    panels: laidOut(ROWS),
  };
  return `${shortLists(JSON.stringify(dashboard, null, 2))}\n`;
}

/** Lists of plain values on one line, as Biome formats them. */
function shortLists(json) {
  return json.replace(/\[\n\s+([^[\]{}]*?)\n\s+\]/g, (_, items) => `[${items.replace(/\n\s+/g, ' ')}]`);
}

if (import.meta.url === `file://${process.argv[1]}`)
  writeFileSync(fileURLToPath(new URL(`../${PATH}`, import.meta.url)), dashboardText());
