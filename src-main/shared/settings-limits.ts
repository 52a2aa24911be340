/** What settings may be, for the schema and for the form that reads them from fields. */

/** Whole numbers, both ends taken. */
export const settingRanges = {
  traceDays: { min: 1, max: 3_650 },
  traceTurns: { min: 1_000, max: 1_000_000 },
  traceMegabytes: { min: 16, max: 10_000 },
} as const;

export const maxOrigins = 50;
export const maxOriginChars = 300;

/** One word of plain ASCII. */
export const originatorPattern = /^[\x21-\x7e]{1,100}$/;
export const originatorRule = 'one word of plain ASCII, at most 100 characters long';

export const collectorRule = 'the http:// or https:// address of a collector, without user and password';

/** Whether spans can be sent there; its credentials belong into OTEL_EXPORTER_OTLP_HEADERS, for nobody masks this address. */
export function isCollectorAddress(text: string): boolean {
  const url = URL.parse(text);
  const isPlain = url !== null && url.username === '' && url.password === '' && url.search === '' && url.hash === '';
  return isPlain && /^https?:$/.test(url.protocol) && url.hostname !== '';
}

/** Of an API key's name. */
export const maxKeyNameChars = 40;
