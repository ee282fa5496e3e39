// Which language an answer is in: the one that the browser prefers (RFC 9110, section 12.5.4). Pure.
import { LANGUAGES, type Language } from '../shared/language.ts';
import { parseRanges } from './negotiate.ts';

/** The most wanted language that there is, of equals the first; English for everybody else. */
export function preferredLanguage(acceptLanguage: string | undefined): Language {
  let best: { language: Language; quality: number } = { language: 'en', quality: 0 };
  for (const { name, quality } of parseRanges(acceptLanguage)) {
    const language = languageOf(name);
    if (language !== null && quality > best.quality) best = { language, quality };
  }
  return best.language;
}

/** Any English is served by `en`, and any Chinese better by `zh-CN` than by English. */
function languageOf(range: string): Language | null {
  const [primary] = range.split('-');
  return LANGUAGES.find((language) => language.split('-')[0] === primary) ?? null;
}
