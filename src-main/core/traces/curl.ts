import type { Dialect, TraceDetail } from '../../shared/model.ts';
import { parseJsonObject } from '../json.ts';

/** Made by curl or by the connection; or a credential, which the key stands in for. */
const notRepeated =
  /^(host|connection|upgrade|content-length|content-encoding|accept-encoding|transfer-encoding|te|expect|authorization|proxy-authorization|x-api-key|cookie|origin|sec-websocket-.*)$/i;

const quoted = (text: string) => `'${text.replaceAll("'", `'\\''`)}'`;

/** What a terminal acts on, or shows in another order, when it is pasted; JSON may hold it as it is. */
const actsOnTerminals = /[\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;

const unit = (char: string) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`;

/** Linux takes no argument longer than 128 KiB. */
const longestArgumentBytes = 100_000;

/**
 * The client's request as a curl command to this Slipstream; the key comes from `$SLIPSTREAM_KEY`. `body` is the client's,
 * redacted and whole; null where it is not to be had.
 */
export function curlCommand(detail: TraceDetail, baseUrl: string, body: string | null): string {
  const { path, headers } = detail.clientRequest;
  const { dialect } = detail.row;
  const isPlain = (value: string) => !value.includes('<redacted>') && value.search(actsOnTerminals) < 0;
  const repeated = headers.filter(([name, value]) => !notRepeated.test(name) && isPlain(value));
  const hasType = repeated.some(([name]) => name.toLowerCase() === 'content-type');
  const lines = [
    // Brackets and braces of a path are no ranges to ask for.
    `curl -N --globoff ${quoted(`${baseUrl}${path}`)}`,
    `-H "Authorization: Bearer $SLIPSTREAM_KEY"`,
    ...(hasType ? [] : [`-H 'content-type: application/json'`]),
    // With a colon and nothing after it, curl would leave the header out.
    ...repeated.map(([name, value]) => `-H ${quoted(value.trim() === '' ? `${name};` : `${name}: ${value}`)}`),
    dataOption(body === null ? lostBody(dialect) : postBody(body).replace(actsOnTerminals, unit)),
  ];
  return lines.join(' \\\n  ');
}

/** A long body comes as a here-document, whose end is a line that the body does not have. */
function dataOption(body: string): string {
  if (Buffer.byteLength(body) <= longestArgumentBytes) return `--data-raw ${quoted(body)}`;
  let end = 'SLIPSTREAM_BODY';
  while (body.includes(end)) end += '_';
  return `--data-binary @- <<'${end}'\n${body}\n${end}`;
}

/** Stands where the body is no longer kept. */
function lostBody(dialect: Dialect): string {
  const text = 'the body is no longer kept, or too long to be copied';
  const said = dialect === 'responses' ? { input: text } : { messages: [{ role: 'user', content: text }] };
  return JSON.stringify({ model: '…', ...said, stream: true });
}

/** A websocket's frame as the body of a POST. */
function postBody(body: string): string {
  const frame = parseJsonObject(body);
  if (frame?.type !== 'response.create') return body;
  const { type: _type, ...members } = frame;
  return JSON.stringify({ ...members, stream: true });
}
