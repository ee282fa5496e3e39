// What a mail says, before it becomes text and HTML: blocks of clean lines, so that both say the same. Types only.

/** How it looks and how it sorts. */
export type Tone = 'critical' | 'warning' | 'info' | 'resolved' | 'plain';

export interface Fact {
  readonly label: string;
  readonly value: string;
  /** Where the value is to strike the eye. */
  readonly tone?: Tone;
}

/** `href` is an http(s) address. */
export interface Link {
  readonly label: string;
  readonly href: string;
}

/** One line of a table: what is so with one certificate, or with many of one account. */
export interface Row {
  readonly tone: Tone;
  /** `CRITICAL · EXPIRED`; may be empty. */
  readonly badge: string;
  readonly title: string;
  /** What is so, in one line; null where the title says all. */
  readonly brief: string | null;
  /** One line each. */
  readonly details: readonly string[];
  readonly links: readonly Link[];
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
  /** The first line: what is so. */
  readonly lead: string;
  /** What a phone shows beside the subject: what is so and what to do, without what the subject has said. */
  readonly preview: string;
  readonly blocks: readonly Block[];
  readonly links: readonly Link[];
  readonly footer: readonly string[];
}
