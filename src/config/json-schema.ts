// The JSON Schema of the configuration file, for editors and charts: made from the parser, so that it cannot differ. Pure.
import * as z from 'zod';
import { configSchema } from './schema.ts';

/** Draft 2020-12, of what is written (durations are texts), as the text of `config/schema.json`. */
export function configSchemaText(): string {
  const { $schema, ...schema } = z.toJSONSchema(configSchema, { io: 'input', target: 'draft-2020-12' });
  return `${JSON.stringify({ $schema, title: 'Configuration of ccm-cert-monitor', ...schema }, null, 2)}\n`;
}
