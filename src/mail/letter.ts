// What a mail says, before it becomes text and HTML: blocks of clean lines, so that both say the same. Types only.

/** How it looks and how it sorts. */
export type Tone = 'critical' | 'warning' | 'resolved' | 'plain';

export interface Fact {
  readonly label: string;
  readonly value: string;
  /** An http(s) address, or null. */
  readonly href: string | null;
}

/** One line of a table: what is so with one certificate, or with many of one account. */
export interface Row {
  readonly tone: Tone;
  /** `CRITICAL · EXPIRED`. */
  readonly badge: string;
  readonly title: string;
  readonly href: string | null;
  /** One line each. */
  readonly details: readonly string[];
  readonly runbook: string | null;
}

export type Block =
  | { readonly type: 'paragraph'; readonly text: string }
  | { readonly type: 'facts'; readonly title: string; readonly facts: readonly Fact[] }
  | { readonly type: 'steps'; readonly title: string; readonly steps: readonly string[] }
  /** `more`: "and 12 more", or null. */
  | {
      readonly type: 'rows';
      readonly title: string;
      readonly rows: readonly Row[];
      readonly more: string | null;
    };

/** Every text in it is one clean line; escaping for HTML is the renderer's. */
export interface Letter {
  readonly tone: Tone;
  readonly badge: string;
  /** The first line: what a phone shows of the mail. */
  readonly lead: string;
  readonly blocks: readonly Block[];
  readonly footer: readonly string[];
}
