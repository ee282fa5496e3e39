// Every character that Unicode has, controls and those of no meaning too, as the unit of texts in property tests.
import fc from 'fast-check';

const HALVES_FROM = 0xd800;
const HALVES = 0x800;

/** What fast-check calls `binary`, without its map of all 1,112,064 characters, which takes each test file a second of CPU. */
export const ANY_CHARACTER = fc
  .integer({ min: 0, max: 0x10_ffff - HALVES })
  .map((place) => String.fromCodePoint(place < HALVES_FROM ? place : place + HALVES));
