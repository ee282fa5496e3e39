// Types of sbom.js, for its test.
interface Bill {
  readonly metadata: { readonly component: Readonly<Record<string, unknown>> };
  readonly components: readonly {
    readonly name: string;
    readonly version: string;
    readonly licenses?: readonly object[];
  }[];
}
export const ALLOWED_LICENCES: readonly string[];
export function billOfMaterials(root: string): Bill;
export function licenceFaults(bill: Pick<Bill, 'components'>): readonly string[];
export function licenceTexts(root: string): string;
