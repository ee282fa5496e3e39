// The languages that people are told things in, by their tags (RFC 5646). Pure.

export const LANGUAGES = ['en', 'zh-CN'] as const;

export type Language = (typeof LANGUAGES)[number];
