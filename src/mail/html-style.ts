// How a mail looks: colours, the styles that must work everywhere (inline), and those that only add (dark mode, Outlook). Pure.
import type { Tone } from './letter.ts';

/** Dark enough to be read on white (4.5 to 1 and more), and to stay apart where a mail program turns colours round. */
export const COLOURS: Readonly<Record<Tone, string>> = {
  critical: '#b42318',
  warning: '#b54708',
  info: '#175cd3',
  resolved: '#067647',
  plain: '#475467',
};

/** Names of classes; short, because a digest of a hundred rows must stay below the 102 kB at which Gmail cuts. */
export const TONE_CLASS: Readonly<Record<Tone, string>> = {
  critical: 'k',
  warning: 'w',
  info: 'i',
  resolved: 'r',
  plain: 'n',
};

export const FONT =
  'font-family:-apple-system,Segoe UI,Roboto,Helvetica,Arial,PingFang SC,Microsoft YaHei,Noto Sans CJK SC,sans-serif';
export const TEXT = 'color:#101828';
export const QUIET = 'color:#667085';
/** Long names break instead of making the page wide. */
export const BREAKS = 'word-wrap:break-word;word-break:break-word';

/** For programs that honour `prefers-color-scheme`; the others turn colours round by themselves or show it light. */
const DARK = [
  '.bg{background:#0c111d!important}',
  '.card{background:#161b26!important}',
  '.t{color:#f5f5f6!important}',
  '.q{color:#a3a8b4!important}',
  '.l{border-bottom-color:#333741!important}',
  '.a{color:#84adff!important}',
  '.b{background:#1f2a44!important}',
  '.k{color:#ff9c8f!important}',
  '.w{color:#fec84b!important}',
  '.i{color:#84adff!important}',
  '.r{color:#6ce9a6!important}',
  '.n{color:#cecfd2!important}',
].join('');

/**
 * The part of the head that only adds: without it the mail is complete. Outlook's Word engine does not hand
 * fonts down into tables, and takes the size of a point from the screen unless it is told.
 */
export const HEAD_STYLES = [
  // One block for each: a program that does not understand a rule may drop the block that it stands in.
  '<style>:root{color-scheme:light dark;supported-color-schemes:light dark}</style>',
  '<style>.a{color:#175cd3}</style>',
  '<style>@media(max-width:480px){.pad{padding:16px!important}}',
  `@media(prefers-color-scheme:dark){${DARK}}</style>`,
  '<!--[if mso]><style>td,p,h1,h2,li,a,span{font-family:Arial,Microsoft YaHei,sans-serif!important}td,li{font-size:14px;line-height:21px}</style>',
  '<xml><o:OfficeDocumentSettings><o:PixelsPerInch>96</o:PixelsPerInch></o:OfficeDocumentSettings></xml><![endif]-->',
].join('\n');

/** Read by previews and by nobody else. */
export const HIDDEN =
  'display:none;max-height:0;max-width:0;overflow:hidden;opacity:0;font-size:1px;line-height:1px;mso-hide:all';
