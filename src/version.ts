// Which build this is; the build script puts the values in.

export const VERSION: string = process.env['CCM_VERSION'] ?? '0.0.0-source';
export const REVISION: string = process.env['CCM_REVISION'] ?? 'unknown';
