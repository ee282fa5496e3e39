// Hostile texts by chance: pieces that have hurt others, put together, and characters from everywhere. Pure, but for chance.

import { HOSTILE } from '../../mail/hostile-texts.ts';
import type { Random } from '../../support/random.ts';

const PIECES: readonly string[] = [
  ...HOSTILE.filter((text) => text.length < 200),
  '<x-planted>',
  '</td></tr></table><x-planted onload=1>',
  '" onmouseover="x',
  "' onfocus='x",
  '<!--',
  '-->',
  '<![CDATA[',
  ']]>',
  '<svg/onload=x>',
  '</title><x-planted>',
  '</style><x-planted>',
  '&lt;x-planted&gt;',
  '\r\nX-Planted: 1',
  '\nX-Planted: 1',
  '\r\n\r\n--boundary\r\nContent-Type: text/html\r\n\r\n<x-planted>',
  '=0D=0AX-Planted: 1',
  '\u0000',
  '\ufeff',
  '\u00ad',
  '\ud800',
  '{{x}}',
];

export function hostileText(random: Random): string {
  let text = '';
  for (let n = random.below(4); n >= 0; n -= 1) {
    if (random.chance(0.7)) text += PIECES[random.below(PIECES.length)] ?? '';
    else
      text += Array.from({ length: random.below(20) }, () =>
        String.fromCharCode(random.below(0x1_0000)),
      ).join('');
  }
  return text;
}
