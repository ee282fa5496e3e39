// Holds the dashboard against the model that Grafana's makers publish as types: writes it out as TypeScript and asks the compiler,
// which names every key and word that the model does not have.
import { dirname } from 'node:path';
import { complaintsOfCompiler, constant } from '../support/compiler.ts';
import { inToolsFolder } from '../support/tools.ts';

/** Panel types of the dashboard, and the files of the model that know their options. */
const PANEL_MODELS: Readonly<Record<string, string>> = {
  stat: 'stat/panelcfg/x/StatPanelCfg_types.gen',
  table: 'table/panelcfg/x/TablePanelCfg_types.gen',
  timeseries: 'timeseries/panelcfg/x/TimeSeriesPanelCfg_types.gen',
  'state-timeline': 'statetimeline/panelcfg/x/StateTimelinePanelCfg_types.gen',
};

/** A stat has no settings of its own for fields. */
const WITHOUT_FIELDS = 'stat';

const FRAME = `
import type { AnnotationQuery, Dashboard, DataSourceRef, FieldConfig, FieldConfigSource, Panel, RowPanel, VariableModel } from '@grafana/schema';
/** The model with its enumerations as the words that stand in JSON. */
type Plain<T> = T extends string ? \`\${T}\` : T extends readonly (infer Item)[] ? Plain<Item>[] : T extends object ? { [Key in keyof T]: Plain<T[Key]> } : T;
/** A query to Prometheus; the model leaves queries to the data sources. */
interface Query { datasource: DataSourceRef; refId: string; expr: string; editorMode: 'code'; legendFormat?: string; format?: 'table'; instant?: boolean; range?: boolean }
type Fields<Custom> = Omit<FieldConfigSource, 'defaults'> & { defaults: Omit<FieldConfig, 'custom'> & { custom?: Partial<Custom> } };
export type PanelOf<Options, Custom> = Plain<Omit<Panel, 'options' | 'targets' | 'fieldConfig'> & { options: Partial<Options>; targets: Query[]; fieldConfig: Fields<Custom> }>;
export type Row = Plain<RowPanel>;
/** Grafana writes the definition, and its model does not have it. */
export type Variable = Plain<VariableModel & { definition?: string }>;
/** What Prometheus as a data source adds to an annotation. */
export type Annotation = Plain<AnnotationQuery & { expr: string; useValueForTime: boolean; titleFormat: string; textFormat: string; step: string }>;
export type Frame = Plain<Omit<Dashboard, 'panels' | 'templating' | 'annotations'>>;
`;

interface Override {
  readonly properties: readonly { readonly id: string; readonly value: unknown }[];
}

interface PanelJson {
  readonly type: string;
  readonly fieldConfig?: { readonly overrides: readonly Override[] };
}

interface DashboardJson {
  readonly panels: readonly PanelJson[];
  readonly templating: { readonly list: readonly object[] };
  readonly annotations: { readonly list: readonly object[] };
}

/** The compiler's complaints, one a line; empty where the dashboard fits. */
export function complaintsOfGrafanasModel(dashboard: DashboardJson): string {
  const model = inToolsFolder('grafana/node_modules/@grafana/schema', { script: 'grafana.sh' });
  const files = { 'frame.ts': FRAME, 'main.ts': asTypeScript(dashboard) };
  return complaintsOfCompiler({ packages: dirname(dirname(model)), files });
}

/** One constant for each part, so that a complaint says which one it is about. */
function asTypeScript({ panels, templating, annotations, ...frame }: DashboardJson): string {
  const imports = Object.values(PANEL_MODELS).map(
    (path, n) => `import type * as Model${n} from '@grafana/schema/dist/esm/raw/composable/${path}';`,
  );
  return [
    "import type { Annotation, Frame, PanelOf, Row, Variable } from './frame.ts';",
    ...imports,
    constant('frame', 'Frame', frame),
    constant('variables', 'Variable[]', templating.list),
    constant('notes', 'Annotation[]', annotations.list),
    ...panels.flatMap(partsOfPanel),
  ].join('\n');
}

/** An override holds what may stand in the defaults of a field as pairs of path and value, which the model leaves open. */
function partsOfPanel(panel: PanelJson, n: number): readonly string[] {
  const overrides = panel.fieldConfig?.overrides ?? [];
  const defaults = `${typeOf(panel.type)}['fieldConfig']['defaults']`;
  return [
    constant(`panel${n}`, typeOf(panel.type), panel),
    ...overrides.map(({ properties }, m) =>
      constant(`panel${n}_override${m}`, defaults, asDefaults(properties)),
    ),
  ];
}

function asDefaults(properties: Override['properties']): object {
  const isCustom = ({ id }: { id: string }) => id.startsWith('custom.');
  const entries = (of: Override['properties']) =>
    Object.fromEntries(of.map(({ id, value }) => [id.replace('custom.', ''), value]));
  return {
    ...entries(properties.filter((property) => !isCustom(property))),
    custom: entries(properties.filter(isCustom)),
  };
}

function typeOf(type: string): string {
  if (type === 'row') return 'Row';
  const n = Object.keys(PANEL_MODELS).indexOf(type);
  if (n === -1)
    throw new Error(`Cannot check the dashboard: nothing says where Grafana's model of a ${type} is`);
  return `PanelOf<Model${n}.Options, ${type === WITHOUT_FIELDS ? 'Record<string, never>' : `Model${n}.FieldConfig`}>`;
}
