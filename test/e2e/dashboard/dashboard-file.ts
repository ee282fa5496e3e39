// Reads the dashboard as far as tests look at it, and makes of its queries what Grafana would ask Prometheus.
import { readFileSync } from 'node:fs';
import { z } from 'zod';

export const DASHBOARD_FILE = 'helm/ccm-cert-monitor/files/dashboard.json';

const DATASOURCE = z.object({ type: z.string(), uid: z.string() });
const TARGET = z.object({ refId: z.string(), expr: z.string(), datasource: DATASOURCE });
const PANEL = z.object({
  id: z.number(),
  type: z.string(),
  title: z.string().min(1),
  description: z.string().optional(),
  datasource: DATASOURCE.optional(),
  gridPos: z.object({ x: z.number(), y: z.number(), w: z.number(), h: z.number() }),
  targets: z.array(TARGET).default([]),
  transformations: z.array(z.object({ id: z.string(), options: z.unknown() })).default([]),
});
const DASHBOARD = z.object({
  id: z.null(),
  uid: z.string(),
  title: z.string(),
  schemaVersion: z.number(),
  annotations: z.object({
    list: z.array(z.object({ name: z.string(), expr: z.string(), datasource: DATASOURCE })),
  }),
  templating: z.object({
    list: z.array(
      z.object({
        type: z.string(),
        name: z.string(),
        definition: z.string().optional(),
        datasource: DATASOURCE.optional(),
      }),
    ),
  }),
  panels: z.array(PANEL),
});

export type Dashboard = z.infer<typeof DASHBOARD>;
export type Panel = z.infer<typeof PANEL>;

export interface DashboardQuery {
  /** `Title of the panel, A`. */
  readonly name: string;
  readonly expression: string;
}

export function readDashboard(): Dashboard {
  return DASHBOARD.parse(JSON.parse(readFileSync(DASHBOARD_FILE, 'utf8')));
}

/** Every query of panels and annotations, variables filled in. */
export function queriesOf({ panels, annotations }: Dashboard): readonly DashboardQuery[] {
  const ofPanels = panels.flatMap(({ title, targets }) =>
    targets.map(({ refId, expr }) => ({ name: `${title}, ${refId}`, expression: filledIn(expr) })),
  );
  const ofAnnotations = annotations.list.map(({ name, expr }) => ({ name, expression: filledIn(expr) }));
  return [...ofPanels, ...ofAnnotations];
}

/** What Grafana fills in for `$__rate_interval`, `$__range` and the variable that means every account. */
export function filledIn(expression: string): string {
  return expression
    .replaceAll('$__rate_interval', '15s')
    .replaceAll('$__range', '5m')
    .replaceAll('$account', '.*');
}

/** Names of metrics in an expression: what stands before braces, brackets or nothing, and is no word of PromQL. */
export function metricNamesIn(expression: string): readonly string[] {
  const bare = expression
    .replace(/"(?:[^"\\]|\\.)*"/g, '""')
    .replace(/\{[^}]*\}/g, '')
    .replace(/\b(?:by|without|on|ignoring|group_left|group_right)\s*\([^)]*\)/g, '')
    .replace(/\[[^\]]*\]/g, '');
  const words = [...bare.matchAll(/(?<![\w.])([a-zA-Z_]\w*)\b(?!\s*\()/g)].map(([, word = '']) => word);
  return [...new Set(words)].filter((word) => !PROMQL_WORDS.has(word));
}

const PROMQL_WORDS: ReadonlySet<string> = new Set(
  'by without on ignoring group_left group_right and or unless bool offset sum max min count topk bottomk'.split(
    ' ',
  ),
);
