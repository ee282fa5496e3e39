// A letter as HTML: one column, styles inline, nothing loaded from anywhere. Pure.
import type { Block, Fact, Letter, Row, Tone } from './letter.ts';

const COLOURS: Readonly<Record<Tone, string>> = {
  critical: '#b42318',
  warning: '#b54708',
  resolved: '#067647',
  plain: '#344054',
};

const FONT = 'font-family:-apple-system,Segoe UI,Roboto,Helvetica,Arial,sans-serif';
const HEADING = 'margin:24px 0 8px;font-size:15px;font-weight:600';
const QUIET = 'color:#667085';

/** The HTML part; every value is escaped, links are those that the letter holds. */
export function renderHtml(letter: Letter): string {
  const colour = COLOURS[letter.tone];
  return [
    '<!doctype html>',
    '<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">',
    `<title>${escapeHtml(letter.lead)}</title></head>`,
    `<body style="margin:0;padding:0;background:#f2f4f7;color:#101828;${FONT};font-size:14px;line-height:1.5">`,
    `<div style="max-width:640px;margin:0 auto;padding:20px;background:#ffffff;border-top:6px solid ${colour}">`,
    `<h1 style="margin:0 0 8px;font-size:18px;line-height:1.4" dir="auto">${escapeHtml(letter.lead)}</h1>`,
    `<p style="margin:0 0 16px;font-weight:600;color:${colour}">${escapeHtml(letter.badge)}</p>`,
    ...letter.blocks.map(renderBlock),
    `<p style="margin:24px 0 0;font-size:12px;${QUIET}">${letter.footer.map(escapeHtml).join('<br>')}</p>`,
    '</div></body></html>',
    '',
  ].join('\n');
}

function renderBlock(block: Block): string {
  switch (block.type) {
    case 'paragraph':
      return `<p style="margin:0 0 12px" dir="auto">${escapeHtml(block.text)}</p>`;
    case 'facts':
      return `${heading(block.title)}\n${table(block.facts.map(renderFact))}`;
    case 'steps': {
      const steps = block.steps.map(
        (step) => `<li style="margin:0 0 6px" dir="auto">${escapeHtml(step)}</li>`,
      );
      return `${heading(block.title)}\n<ol style="margin:0;padding-left:20px">\n${steps.join('\n')}\n</ol>`;
    }
    case 'rows': {
      const more = block.more === null ? '' : `\n<p style="margin:8px 0 0">${escapeHtml(block.more)}</p>`;
      return `${heading(block.title)}\n${table(block.rows.map(renderRow))}${more}`;
    }
  }
}

function heading(title: string): string {
  return `<h2 style="${HEADING}">${escapeHtml(title)}</h2>`;
}

function table(rows: readonly string[]): string {
  return `<table role="presentation" cellpadding="0" cellspacing="0" style="width:100%;border-collapse:collapse">\n${rows.join('\n')}\n</table>`;
}

function renderFact({ label, value, href }: Fact): string {
  const name = `<td style="padding:4px 12px 4px 0;vertical-align:top;white-space:nowrap;${QUIET}">${escapeHtml(label)}</td>`;
  const shown = `<td style="padding:4px 0;vertical-align:top;word-break:break-word" dir="auto">${linked(value, href)}</td>`;
  return `<tr>${name}${shown}</tr>`;
}

function renderRow({ tone, badge, title, href, details, runbook }: Row): string {
  const lines = [
    `<strong>${linked(title, href)}</strong>`,
    ...(badge === ''
      ? []
      : [`<span style="font-size:12px;font-weight:600;color:${COLOURS[tone]}">${escapeHtml(badge)}</span>`]),
    ...details.map(escapeHtml),
    ...(runbook === null ? [] : [linked(runbook, runbook)]),
  ];
  return `<tr><td style="padding:8px 0 8px 10px;border-left:4px solid ${COLOURS[tone]};border-bottom:1px solid #eaecf0;word-break:break-word" dir="auto">${lines.join('<br>')}</td></tr>`;
}

function linked(value: string, href: string | null): string {
  const text = escapeHtml(value);
  return href === null ? text : `<a href="${escapeHtml(href)}" style="color:#175cd3">${text}</a>`;
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Safe between tags and within quoted attributes. */
export function escapeHtml(value: string): string {
  return value.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? character);
}
