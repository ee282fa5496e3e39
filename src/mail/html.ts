// A letter as HTML: one column of tables, essential styles inline, nothing loaded from anywhere. Pure.
import type { Language } from '../shared/language.ts';
import { BREAKS, COLOURS, FONT, HEAD_STYLES, HIDDEN, QUIET, TEXT, TONE_CLASS } from './html-style.ts';
import type { Block, Fact, Letter, Link, Row } from './letter.ts';

const TABLE = '<table role="presentation" width="100%" border="0" cellpadding="0" cellspacing="0"';

/** The HTML part; every value is escaped, links are those that the letter holds. */
export function renderHtml(letter: Letter, language: Language): string {
  const colour = COLOURS[letter.tone];
  return [
    '<!doctype html>',
    `<html lang="${language}" xmlns="http://www.w3.org/1999/xhtml" xmlns:o="urn:schemas-microsoft-com:office:office">`,
    ...head(letter.lead),
    `<body class="bg" style="margin:0;padding:0;background:#f2f4f7" bgcolor="#f2f4f7">`,
    preheader(letter.preview),
    `${TABLE} class="bg" bgcolor="#f2f4f7" style="background:#f2f4f7"><tr><td align="center">`,
    '<!--[if mso]><table role="presentation" width="600" align="center" border="0" cellpadding="0" cellspacing="0"><tr><td><![endif]-->',
    `${TABLE} class="card" bgcolor="#ffffff" style="max-width:600px;background:#ffffff">`,
    `<tr><td height="6" bgcolor="${colour}" style="height:6px;line-height:6px;font-size:1px;background:${colour}">&nbsp;</td></tr>`,
    `<tr><td class="pad t" align="left" style="padding:20px 24px;${FONT};font-size:14px;line-height:1.5;${TEXT};${BREAKS}">`,
    `<p class="${TONE_CLASS[letter.tone]}" style="margin:0 0 4px;font-size:13px;font-weight:600;color:${colour}">${escapeHtml(letter.badge)}</p>`,
    `<h1 style="margin:0 0 16px;font-size:18px;line-height:1.4;font-weight:600" dir="auto">${whole(letter.lead)}</h1>`,
    ...buttons(letter.links),
    ...letter.blocks.map(renderBlock),
    `<p class="q" style="margin:28px 0 0;font-size:12px;${QUIET}">${letter.footer.map(escapeHtml).join('<br>')}</p>`,
    '</td></tr></table>',
    '<!--[if mso]></td></tr></table><![endif]-->',
    '</td></tr></table></body></html>',
    '',
  ].join('\n');
}

function head(title: string): readonly string[] {
  return [
    '<head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">',
    '<meta name="color-scheme" content="light dark"><meta name="supported-color-schemes" content="light dark">',
    '<meta name="x-apple-disable-message-reformatting"><meta name="format-detection" content="telephone=no,date=no,address=no,email=no,url=no">',
    `<title>${escapeHtml(title)}</title>`,
    HEAD_STYLES,
    '</head>',
  ];
}

/** What a preview shows first; the filler keeps what follows out of it. */
function preheader(preview: string): string {
  return `<div aria-hidden="true" style="${HIDDEN}" dir="auto">${escapeHtml(preview)}${'&#847; '.repeat(60)}</div>`;
}

/** The first is what to read first. Outlook takes the padding from the cell, the others from the link, which one can hit with a thumb. */
function buttons(links: readonly Link[]): readonly string[] {
  if (links.length === 0) return [];
  const cells = links.map(({ label, href }, index) => {
    const [back, front, classes] =
      index === 0 ? ['#175cd3', '#ffffff', ''] : ['#e4ecfb', '#175cd3', ' class="a"'];
    const cell = `<td${index === 0 ? '' : ' class="b"'} bgcolor="${back}" style="background:${back};border-radius:6px;mso-padding-alt:10px 16px">`;
    const link = `<a href="${escapeHtml(href)}"${classes} style="display:inline-block;padding:10px 16px;font-size:14px;font-weight:600;text-decoration:none;color:${front}">${escapeHtml(label)}</a>`;
    return `${cell}${link}</td>`;
  });
  return [
    `<table role="presentation" border="0" cellpadding="0" cellspacing="0" style="margin:0 0 16px"><tr>${cells.join('<td width="10">&nbsp;</td>')}</tr></table>`,
  ];
}

function renderBlock(block: Block): string {
  switch (block.type) {
    case 'paragraph':
      return `<p style="margin:0 0 12px" dir="auto">${escapeHtml(block.text)}</p>`;
    case 'facts':
      return `${heading(block.title)}\n${table(block.facts.map(renderFact))}`;
    case 'steps': {
      const steps = block.steps.map((step) => `<li style="margin:0 0 8px">${escapeHtml(step)}</li>`);
      return `${heading(block.title)}\n<ol style="margin:0 0 0 22px;padding:0">\n${steps.join('\n')}\n</ol>`;
    }
    case 'rows': {
      const more = block.more === null ? '' : `\n<p style="margin:8px 0 0">${escapeHtml(block.more)}</p>`;
      return `${heading(block.title)}\n${table(block.rows.map(renderRow))}${more}`;
    }
  }
}

function heading(title: string): string {
  return `<h2 style="margin:24px 0 8px;font-size:15px;line-height:1.4;font-weight:600" dir="auto">${escapeHtml(title)}</h2>`;
}

function table(rows: readonly string[]): string {
  return `${TABLE} style="border-collapse:collapse">\n${rows.join('\n')}\n</table>`;
}

function renderFact({ label, value, tone }: Fact): string {
  const name = `<td class="q" width="104" valign="top" style="padding:3px 10px 3px 0;${QUIET}">${escapeHtml(label)}</td>`;
  const strong = tone === undefined ? '' : ` class="${TONE_CLASS[tone]}"`;
  const colour = tone === undefined ? '' : `;font-weight:600;color:${COLOURS[tone]}`;
  const shown = `<td${strong} valign="top" style="padding:3px 0;${BREAKS}${colour}" dir="auto">${whole(value)}</td>`;
  return `<tr>${name}${shown}</tr>`;
}

function renderRow({ tone, badge, title, brief, details, links }: Row): string {
  const colour = COLOURS[tone];
  const lines = [
    ...(badge === ''
      ? []
      : [
          `<span class="${TONE_CLASS[tone]}" style="font-size:12px;font-weight:600;color:${colour}">${escapeHtml(badge)}</span>`,
        ]),
    `<b dir="auto">${escapeHtml(title)}</b>`,
    ...(brief === null ? [] : [whole(brief)]),
    ...(details.length === 0
      ? []
      : [
          `<span class="q" style="font-size:12px;${QUIET}" dir="auto">${details.map(escapeHtml).join('<br>')}</span>`,
        ]),
    ...(links.length === 0 ? [] : [links.map(inlineLink).join(' &nbsp; ')]),
  ];
  return `<tr><td class="l" style="padding:10px 0 10px 12px;border-left:4px solid ${colour};border-bottom:1px solid #e4e7ec">${lines.join('<br>')}</td></tr>`;
}

/** Without its style it has the colour that links have everywhere: a hundred rows have two hundred of them. */
function inlineLink({ label, href }: Link): string {
  return `<a class="a" href="${escapeHtml(href)}">${escapeHtml(label)}</a>`;
}

/** Escaped, and no time is taken apart at the end of a line. */
function whole(value: string): string {
  return escapeHtml(value).replace(/\d{4}-\d\d-\d\d \d\d:\d\d UTC/g, '<nobr>$&</nobr>');
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Safe between tags and within quoted attributes. */
function escapeHtml(value: string): string {
  return value.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? character);
}
